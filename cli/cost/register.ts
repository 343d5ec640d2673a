import type { Command } from 'commander';

/** `homeostasis cost` and what is below it; each command loads its code when it is called. */
export function registerCost(root: Command): void {
  const cost = root.command('cost').description('what it costs: expected, billed, and what could be saved');
  expecting(cost);
  reporting(cost);
  gathering(cost);
  judging(cost);
  saving(cost);
}

function expecting(cost: Command): void {
  cost
    .command('estimate')
    .description('what files would cost a month; without one, what stands now is expected to cost, and was billed')
    .argument('[file...]', 'applications in YAML or JSON; - for standard input')
    .option('--application <name>', 'without a file: only this application')
    .option('--json', 'print JSON')
    .action(async (files: string[], _, command: Command) =>
      (await import('../commands/cost-estimate.ts')).estimate(files, command.optsWithGlobals()),
    );
  cost
    .command('compare')
    .description('each service where it stands, beside the cheapest place for it on every cloud')
    .argument('[application]', 'its name, or a file in YAML or JSON; every application if absent')
    .option('--json', 'print JSON')
    .action(async (about: string | undefined, _, command: Command) =>
      (await import('../commands/cost-compare.ts')).compare(about, command.optsWithGlobals()),
    );
  cost
    .command('prices')
    .description('the prices that are used, with their source and age, and those that are not believed')
    .option('--cloud <cloud>', 'aws, azure or gcp')
    .option('--key <prefix>', 'only keys that start with this: aws/eu-west-1')
    .option('--origin <origin>', 'embedded, refreshed, set-aside or unclear')
    .option('--refresh', 'read the price lists now')
    .option('--accept <key...>', 'read them now, and believe these prices that were set aside')
    .option('--timeout <seconds>', 'give up waiting for a price list after this long', '300')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-prices.ts')).prices(command.optsWithGlobals()),
    );
}

function reporting(cost: Command): void {
  cost
    .command('report')
    .description('what a month has cost so far, of whom, and what it will come to')
    .option('--period <month>', 'YYYY-MM (default: this month)')
    .option('--by <what>', 'application, team, cloud, service or provider-service', 'application')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .option('--focus', 'print our own estimates of the month as FOCUS 1.2, in CSV')
    .option('--html <file>', 'save a page that needs nothing else')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-report.ts')).report(command.optsWithGlobals()),
    );
}

function gathering(cost: Command): void {
  cost
    .command('import')
    .description('send bills in FOCUS: CSV, gzip, Parquet or NDJSON')
    .argument('<file...>', '- for standard input')
    .option('--no-wait', 'do not wait for what becomes of them')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (files: string[], _, command: Command) =>
      (await import('../commands/cost-import.ts')).importBills(files, command.optsWithGlobals()),
    );
  cost
    .command('sweep')
    .description('look for new bills now, and judge everything')
    .option('--source <name...>', 'only these sources of bills')
    .option('--wait', 'wait until everything is judged')
    .option('--timeout <seconds>', 'give up waiting after this long', '900')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-sweep.ts')).sweep(command.optsWithGlobals()),
    );
  cost
    .command('bills')
    .description('the bills that count, and what was refused')
    .option('--period <month>', 'YYYY-MM')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-bills.ts')).bills(command.optsWithGlobals()),
    );
}

function judging(cost: Command): void {
  cost
    .command('anomalies')
    .description('days that cost something else than days like them, and what made the difference')
    .option('--since <day>', 'YYYY-MM-DD')
    .option('--application <name>', 'only of this application')
    .option('--cloud <cloud>', 'only on this cloud')
    .option('--limit <n>', 'how many of the latest', '20')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-anomalies.ts')).anomalies(command.optsWithGlobals()),
    );
  cost
    .command('budgets')
    .description('budgets: spent, forecast, and what is blocked; exits 1 when one is exceeded')
    .option('--json', 'print JSON')
    .action(async (_, command: Command) =>
      (await import('../commands/cost-budgets.ts')).budgets(command.optsWithGlobals()),
    );
}

function saving(cost: Command): void {
  cost
    .command('recommend')
    .description('what could cost less; or one, with its evidence and the exact change')
    .argument('[id]')
    .option('--state <states>', 'open, live, verified, … with commas between; or all')
    .option('--application <name>', 'only of this application')
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, _, command: Command) =>
      (await import('../commands/cost-recommend.ts')).recommend(id, command.optsWithGlobals()),
    );
  for (const [action, description] of controls) {
    const each = cost.command(action).description(description).argument('<id>');
    if (action === 'dismiss') each.requiredOption('--reason <text>', 'why, for those who read it later');
    else each.option('--reason <text>', 'why, for those who read it later').option('--wait', 'wait until it is done');
    if (action !== 'dismiss')
      each.option('--yes', 'do not ask').option('--timeout <seconds>', 'give up waiting after this long', '900');
    each
      .option('--json', 'print JSON')
      .action(async (id: string, _, command: Command) =>
        (await import('../commands/cost-apply.ts')).control(action, id, command.optsWithGlobals()),
      );
  }
}

const controls = [
  ['apply', 'carry a recommendation out: an ordinary revision, which can be taken back'],
  ['revert', 'take back one that was carried out'],
  ['dismiss', 'it is not wanted'],
] as const;
