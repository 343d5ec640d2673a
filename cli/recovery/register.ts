import type { Command } from 'commander';

/** Incidents, recoveries and what operators do about them; each command loads its code when it is called. */
export function registerRecovery(root: Command): void {
  seeing(root);
  starting(root);
  drilling(root);
  keepingOut(root);
  measuring(root);
}

function seeing(root: Command): void {
  root
    .command('incidents')
    .description('failures that call for recovery: those that are open')
    .option('--all', 'those that are over too')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/incidents.ts')).incidents(command.optsWithGlobals()),
    );
  root
    .command('recoveries')
    .description('recoveries, or one with its phases, and each service: target against actual')
    .argument('[recovery]')
    .option('--open', 'only those that are not over')
    .option('--report <file>', 'save the report of one: a page, or data for .json')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, _, command: Command) =>
      (await import('../commands/recoveries.ts')).recoveries(id, command.optsWithGlobals()),
    );
}

function drilling(root: Command): void {
  root
    .command('failback')
    .description('bring back what a recovery moved')
    .argument('<recovery>')
    .option('--reason <text>', 'why, for those who read it later')
    .option('--wait', 'wait until it is over')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (id: string, _, command: Command) =>
      (await import('../commands/failback.ts')).failback(id, command.optsWithGlobals()),
    );
  root
    .command('drill')
    .description('whether a loss would be survived, with evidence: npx homeostasis drill --target aws/eu-west-1')
    .requiredOption('--target <scope>', 'cloud, cloud/region or cloud/region/runtime to lose')
    .option('--shadow', 'plan and estimate; nothing changes (the default)')
    .option('--real', 'take it out of use (in the sandbox: down), and bring everything back')
    .option('--mode <mode>', 'of a real one: graceful or ungraceful (default: ungraceful in the sandbox)')
    .option('--report <file>', 'save the report: a page, or data for .json')
    .option('--reason <text>', 'why, for those who read it later')
    .option('--yes', 'begin a real one on real clouds without asking')
    .option('--timeout <seconds>', 'give up waiting after this long', '1800')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) => (await import('../commands/drill.ts')).drill(command.optsWithGlobals()));
  root
    .command('drills')
    .description('drills and their verdicts, or one with its findings')
    .argument('[drill]')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, _, command: Command) =>
      (await import('../commands/drill.ts')).drills(id, command.optsWithGlobals()),
    );
}

function measuring(root: Command): void {
  root
    .command('metrics')
    .description('what was measured of services, by target and at the router; · is unknown')
    .argument('[application[/service]]')
    .option('--resolution <step>', '1m, 5m or 1h', '1m')
    .option('--points <n>', 'how many of the latest steps', '30')
    .option('--json', 'print JSON')
    .action(async (about: string | undefined, _, command: Command) =>
      (await import('../commands/metrics.ts')).metrics(about, command.optsWithGlobals()),
    );
}

function starting(root: Command): void {
  const recover = root.command('recover').description('move services away from a cloud, region or target');
  recover
    .command('start')
    .description('now: npx homeostasis recover start --target aws/eu-west-1')
    .requiredOption('--target <scope>', 'cloud, cloud/region or cloud/region/runtime to leave')
    .option('--service <application/service>', 'only this service')
    .option(
      '--mode <mode>',
      'graceful: traffic leaves when the replacements are ready; ungraceful: at once',
      'graceful',
    )
    .option('--reason <text>', 'why, for those who read it later')
    .option('--ci', 'a pipeline asks, not a person')
    .option('--wait', 'wait until it is over, showing progress')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) => (await import('../commands/recover.ts')).start(command.optsWithGlobals()));
  for (const [action, description] of controls) {
    recover
      .command(action)
      .description(description)
      .argument('<recovery>')
      .option('--reason <text>', 'why, for those who read it later')
      .option('--json', 'print JSON')
      .action(async (id: string, _, command: Command) =>
        (await import('../commands/recover.ts')).control(action, id, command.optsWithGlobals()),
      );
  }
}

const controls = [
  ['pause', 'what is under way ends, nothing further begins'],
  ['resume', 'go on with one that is paused'],
  ['abort', 'end it; what was done stays done'],
] as const;

function keepingOut(root: Command): void {
  root
    .command('cordon')
    .description('nothing new goes there; what stands there stays and serves')
    .argument('[scope]', 'cloud, cloud/region or cloud/region/runtime; absent: what is cordoned')
    .option('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print JSON')
    .action(async (scope: string | undefined, _, command: Command) =>
      (await import('../commands/cordon.ts')).cordon(scope, command.optsWithGlobals()),
    );
  root
    .command('uncordon')
    .description('it may be used again')
    .argument('<scope>')
    .option('--reason <text>', 'why, for those who read it later')
    .option('--json', 'print JSON')
    .action(async (scope: string, _, command: Command) =>
      (await import('../commands/cordon.ts')).uncordon(scope, command.optsWithGlobals()),
    );
}
