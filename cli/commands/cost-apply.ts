import { recommendationControlRequested } from '../../shared/contracts/recommendation-control-requested.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { money } from '../cost/money.ts';
import { colourOf, recommendationOf, type Recommendation } from '../cost/recommendations.ts';
import { specDiff } from '../cost/spec-diff.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, paint, print, printJson } from '../output.ts';
import { confirmed } from '../recovery/confirm.ts';
import { patiently } from '../recovery/find.ts';
import { byHand, say } from '../recovery/say.ts';
import { interruptible, notYet, soon, until } from '../recovery/watch.ts';

export type Action = 'apply' | 'revert' | 'dismiss';

interface ControlOptions extends ConnectionOptions {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly json?: boolean;
}

const becomes: Readonly<Record<Action, string>> = { apply: 'accepted', revert: 'taken back', dismiss: 'dismissed' };

/** `homeostasis cost apply|revert|dismiss <id>`; with --wait it exits 1 when it did not come to what was wanted. */
export async function control(action: Action, id: string, options: ControlOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(options.timeout ?? '900', '--timeout', 1, 86_400);
  const connection = connect(options);
  const before = await recommendationOf(connection, id);
  if (action !== 'dismiss') await mustBeMeant(connection, action, before, options);
  const reason = options.reason ?? byHand(becomes[action]);
  const requestedBy = byHand('asked for');
  const event = await say(
    connection,
    recommendationControlRequested.draft({ recommendation: id, action, reason, requestedBy }),
  );
  const taken = await until(async () => {
    const now = await recommendationOf(connection, id);
    return now.control?.action === action && now.control.at !== before.control?.at ? now : undefined;
  }, soon);
  if (taken === undefined) throw notYet(`${action} of ${id}`, soon, `npx homeostasis cost recommend ${id}`);
  const { refused } = taken.control ?? {};
  if (refused !== undefined) throw new CliError(exitCode.badInput, `${id}: ${refused}`);
  if (options.wait !== true || action === 'dismiss') return tell(taken, action, event, options);
  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds };
  const over = await until(
    () =>
      patiently(async () => {
        const now = await recommendationOf(connection, id);
        return underWay.has(now.state) ? undefined : now;
      }),
    patience,
  );
  if (over === undefined) throw notYet(`${action} of ${id}`, patience, `npx homeostasis cost recommend ${id}`);
  finish(over, action, options);
}

const underWay: ReadonlySet<string> = new Set(['accepted', 'applied', 'reverting']);

type Changing = Exclude<Action, 'dismiss'>;

/** What it does to running services is shown before somebody is asked. */
async function mustBeMeant(
  connection: Connection,
  action: Changing,
  found: Recommendation,
  { yes }: ControlOptions,
): Promise<void> {
  if (yes === true) return;
  if (process.stdin.isTTY) {
    for (const line of await specDiff(connection, found, action)) note(line);
    if (await confirmed(questions[action](found))) return;
    throw new CliError(exitCode.failed, 'nothing was changed');
  }
  throw new CliError(exitCode.badInput, `${action} changes a running service: confirm it with --yes`);
}

const questions: Readonly<Record<Changing, (found: Recommendation) => string>> = {
  apply: ({ application, service, monthlySavingMicros, risk }) =>
    `${application}/${service} is changed, to save ${money(monthlySavingMicros)} a month (risk ${risk}). Apply it?`,
  revert: ({ application, service, monthlySavingMicros }) =>
    `${application}/${service} is changed back, and ${money(monthlySavingMicros)} a month no longer saved. Take it back?`,
};

function tell({ id, state, why }: Recommendation, action: Action, event: string, { json }: ControlOptions): void {
  if (json) return printJson({ event, recommendation: id, state });
  print(`${id}: ${becomes[action]}; it is ${paint(colourOf(state), state)} now`);
  if (action === 'dismiss') return note(why);
  note(`follow it with: npx homeostasis cost recommend ${id}`);
}

function finish(over: Recommendation, action: Action, { json }: ControlOptions): void {
  const { id, state, why, generation, revertGeneration } = over;
  const wanted = action === 'apply' ? ['live', 'verified', 'unprofitable', 'unclear'] : ['reverted'];
  const of = action === 'apply' ? generation : revertGeneration;
  if (json) printJson(over);
  else print(`${id}: ${paint(colourOf(state), state)}${of === undefined ? '' : ` as generation ${of}`}: ${why}`);
  if (!wanted.includes(state)) process.exitCode = exitCode.failed;
}
