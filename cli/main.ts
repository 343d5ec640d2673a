import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { registerAlerts } from './alerts/register.ts';
import { CliError, exitCode } from './exit.ts';
import { registerCost } from './cost/register.ts';
import { registerExport } from './export/register.ts';
import { paint, tamed } from './output.ts';
import { registerRecovery } from './recovery/register.ts';

/**
 * Builds the command line. Each command loads its own code only when it is called, so that a small command starts fast.
 */
function program(): Command {
  const root = new Command('homeostasis')
    .description('One declarative application, placed, deployed, watched and recovered across several clouds')
    .option('--hub <url>', 'address of the control plane (or HOMEOSTASIS_URL)')
    .option('--data <folder>', 'data folder of a local control plane (or HOMEOSTASIS_DATA)')
    .version(version(), '--version', 'print the version')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  serving(root);
  changing(root);
  reading(root);
  registerAlerts(root);
  registerRecovery(root);
  registerCost(root);
  registerExport(root);
  operating(root);
  return root;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function serving(root: Command): void {
  root
    .command('serve')
    .description('run the control plane on this machine')
    .option('--config <file>', 'configuration (default: ./homeostasis.yaml if it exists)')
    .option('--sandbox', 'run against sandbox clouds on this machine')
    .option('--sandbox-url <url>', 'run against a sandbox that already runs: its control URL')
    .option('--example <file>', 'submit this application once the control plane is up')
    .option('--port <n>', 'API and console port')
    .option('--gateway-port <n>', 'port of the gateway that serves the applications')
    .option('--speed <speed>', 'sandbox: instant, fast or realistic')
    .option('--workloads <kind>', 'sandbox: auto, containers, process or none')
    .option('--quiet', 'print only what is needed to connect')
    .action(async (_, command: Command) => (await import('./serve.ts')).serve(command.optsWithGlobals()));
}

function changing(root: Command): void {
  root
    .command('plan')
    .description('show what deploying a file would do, without doing it')
    .argument('<file>', 'application in YAML or JSON; - for standard input')
    .option('--explain', 'every candidate with its scores or the reason against it')
    .option('--json', 'print JSON')
    .action(async (file: string, _, command: Command) =>
      (await import('./commands/plan.ts')).plan(file, command.optsWithGlobals()),
    );
  root
    .command('deploy')
    .description('submit an application')
    .argument('<file>', 'application in YAML or JSON; - for standard input')
    .option('--wait', 'wait until it runs (or is refused), showing progress')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--if-generation <n>', 'only if the application still stands at this generation')
    .option('--json', 'print JSON')
    .action(async (file: string, _, command: Command) =>
      (await import('./commands/deploy.ts')).deploy(file, command.optsWithGlobals()),
    );
  root
    .command('scale')
    .description('change replica counts: npx homeostasis scale shop web=4 cart=2')
    .argument('<application>')
    .argument('<service=replicas...>')
    .option('--wait', 'wait until it is done')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (application: string, changes: string[], _, command: Command) =>
      (await import('./commands/scale.ts')).scale(application, changes, command.optsWithGlobals()),
    );
  root
    .command('remove')
    .description('drain and remove an application everywhere')
    .argument('<application>')
    .option('--wait', 'wait until nothing is left')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (application: string, _, command: Command) =>
      (await import('./commands/remove.ts')).remove(application, command.optsWithGlobals()),
    );
}

function reading(root: Command): void {
  root
    .command('status')
    .description('applications, where they run and how they are')
    .argument('[application]')
    .option('-l, --selector <key=value,…>', 'only applications with these labels')
    .option('--json', 'print JSON')
    .action(async (application: string | undefined, _, command: Command) =>
      (await import('./commands/status.ts')).status(application, command.optsWithGlobals()),
    );
  root
    .command('explain')
    .description('why a service runs where it runs, and why the last change does not')
    .argument('<application>')
    .argument('[service]')
    .option('--json', 'print JSON')
    .action(async (application: string, service: string | undefined, _, command: Command) =>
      (await import('./commands/explain.ts')).explain(application, service, command.optsWithGlobals()),
    );
  root
    .command('events')
    .description('the event log: the latest events, the newest last')
    .option('--follow', 'keep printing what happens')
    .option('--type <type>', 'only this type')
    .option('--subject <prefix>', 'only subjects that start with this')
    .option('--correlation <id>', 'only what one request caused')
    .option('--after <sequence>', 'start behind this sequence number')
    .option('--before <sequence>', 'the latest ahead of this sequence number')
    .option('--limit <n>', 'how many of the latest', '50')
    .option('--json', 'print one JSON object a line')
    .action(async (_, command: Command) => (await import('./commands/events.ts')).events(command.optsWithGlobals()));
}

function operating(root: Command): void {
  root
    .command('publish')
    .description('publish any CloudEvent')
    .argument('<file>', 'CloudEvent (or a list of them) in JSON; - for standard input')
    .option('--json', 'print JSON')
    .action(async (file: string, _, command: Command) =>
      (await import('./commands/publish.ts')).publish(file, command.optsWithGlobals()),
    );
  const dead = root.command('dead-letters').description('events that could not be handled');
  dead
    .command('list')
    .description('which, of which consumer, and why')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('./commands/dead-letters.ts')).list(command.optsWithGlobals()),
    );
  dead
    .command('redrive')
    .description('hand them to their consumers again, with fresh attempts')
    .argument('[id...]', 'which; or --all')
    .option('--all', 'all of them')
    .option('--json', 'print JSON')
    .action(async (ids: string[], _, command: Command) =>
      (await import('./commands/dead-letters.ts')).redrive(ids, command.optsWithGlobals()),
    );
  root
    .command('replay')
    .description('hand events of the log to a consumer again')
    .argument('<consumer>', 'for example monitor/on-deployment-reported')
    .requiredOption('--after <sequence>', 'behind this sequence number')
    .option('--until <sequence>', 'up to and including this one')
    .option('--json', 'print JSON')
    .action(async (consumer: string, _, command: Command) =>
      (await import('./commands/replay.ts')).replay(consumer, command.optsWithGlobals()),
    );
  const fault = root
    .command('sandbox')
    .description('the sandbox clouds')
    .command('fault')
    .description('practise failure');
  fault
    .command('add')
    .description('break something until it is cleared: npx homeostasis sandbox fault add region-down aws/eu-west-1')
    .argument('<kind>', 'region-down, api-error, throttle, capacity, slow-start, latency, unhealthy or stuck')
    .argument('[scope]', 'cloud or cloud/region; everywhere if absent')
    .option('--operation <name>', 'only this API operation')
    .option('--resource <name>', 'only this resource; may end in *')
    .option('--rate <share>', 'share of calls, 0 to 1')
    .option('--times <n>', 'ends after this many hits')
    .option('--ms <n>', 'milliseconds, for slow-start and latency')
    .option('--json', 'print JSON')
    .action(async (kind: string, scope: string | undefined, _, command: Command) =>
      (await import('./commands/sandbox-fault.ts')).add(kind, scope, command.optsWithGlobals()),
    );
  fault
    .command('list')
    .description('the faults there are now')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('./commands/sandbox-fault.ts')).list(command.optsWithGlobals()),
    );
  fault
    .command('clear')
    .description('end a fault')
    .argument('[id]', 'one fault; all if absent')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, _, command: Command) =>
      (await import('./commands/sandbox-fault.ts')).clear(id, command.optsWithGlobals()),
    );
  root
    .command('doctor')
    .description('check that everything needed is here and reachable')
    .argument('[scope...]', 'with --cloud: clouds (aws) or regions (aws/eu-west-1); every enabled cloud if absent')
    .option('--cloud', 'have every cloud asked, and the answer brought back')
    .option('--timeout <seconds>', 'with --cloud: give up waiting for an answer after this long', '60')
    .option('--json', 'print JSON')
    .action(async (scopes: string[], _, command: Command) =>
      (await import('./commands/doctor.ts')).doctor(scopes, command.optsWithGlobals()),
    );
}

async function run(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** One line for the person; the code for the script. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has already printed help, version or what is wrong with the words.
    return error.exitCode === 0 ? exitCode.done : exitCode.badInput;
  }
  const code = error instanceof CliError ? error.code : exitCode.failed;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${paint('red', 'error:', process.stderr)} ${tamed(message)}\n`);
  if (!(error instanceof CliError) && process.env['HOMEOSTASIS_DEBUG'] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return code;
}

// A reader that stops reading (`| head`) is not a failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

await run();
