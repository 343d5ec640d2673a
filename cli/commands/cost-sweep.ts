import { uploadSource } from '../../shared/contracts/bill-received.ts';
import { scheduleCostSweep } from '../../shared/contracts/schedule-cost-sweep.ts';
import { counted } from '../../shared/domain/counted.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { billSources } from '../cost/bill-sources.ts';
import { doing } from '../cost/doing.ts';
import { judgedSince, reportsOf, sweepsDue, type Reported } from '../cost/judged.ts';
import { money } from '../cost/money.ts';
import { gathered, isBad, showOutcome, type Gathered } from '../cost/outcomes.ts';
import { exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, print, printJson, table } from '../output.ts';
import { patiently } from '../recovery/find.ts';
import { byHand, say } from '../recovery/say.ts';
import { interruptible, notYet, until } from '../recovery/watch.ts';
import { unknown } from '../scope.ts';

interface SweepOptions extends ConnectionOptions {
  readonly source?: readonly string[];
  readonly wait?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis cost sweep [--source <name…>] [--wait]`; exits 1 when a bill is refused, or a source cannot be read. */
export async function sweep({ source, ...options }: SweepOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  const connection = connect(options);
  if (source !== undefined) await mustBeSources(connection, source);
  const requestedBy = byHand('asked for');
  const draft = scheduleCostSweep.draft({ requestedBy, ...(source === undefined ? {} : { sources: [...source] }) });
  const id = await say(connection, draft);
  if (options.wait !== true) {
    if (options.json) return printJson({ sweep: id });
    print(`sweep ${id} has begun`);
    return note(`follow it with: npx homeostasis events --follow --correlation ${id}`);
  }
  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds };
  const tell = doing();
  const over = await until(() => patiently(() => ended(connection, id, tell)), patience);
  if (over === undefined) throw notYet(`sweep ${id}`, patience, `npx homeostasis events --correlation ${id}`);
  show(over, id, options);
}

/** A sweep of a place that nobody configured would find nothing, and say so as if there were no bills. */
async function mustBeSources(connection: Connection, names: readonly string[]): Promise<void> {
  const sources = await billSources(connection);
  const known = [...new Set([...sources.map(({ name }) => name), uploadSource])];
  const odd = names.find((name) => !known.includes(name));
  if (odd !== undefined) throw unknown('source of bills', odd, known);
}

interface Over extends Gathered {
  readonly reports: readonly Reported[];
}

/** When every file that it found has been read, and everything has been judged since. */
async function ended(connection: Connection, id: string, tell: (what: string) => void): Promise<Over | undefined> {
  const so = await gathered(connection, id);
  if (so === undefined) return undefined;
  const [first] = so.pending;
  tell(first === undefined ? 'everything is judged: half a minute at least' : `${first}: being read`);
  if (first !== undefined) return undefined;
  const judging = judgedSince(await sweepsDue(connection), so.at);
  return judging === undefined ? undefined : { ...so, reports: await reportsOf(connection, judging) };
}

function show({ outcomes, reports }: Over, id: string, { json }: SweepOptions): void {
  if (json) printJson({ sweep: id, files: outcomes, reports });
  else {
    if (outcomes.length === 0) print('no new bill');
    for (const each of outcomes) showOutcome(each);
    if (reports.length > 0) showReports(reports);
  }
  if (outcomes.some(isBad)) process.exitCode = exitCode.failed;
}

function showReports(reports: readonly Reported[]): void {
  print();
  const rows = reports.map(({ period, currency, totalMicros, forecast }) => [
    period,
    money(totalMicros, currency),
    forecast === undefined ? '-' : money(forecast.micros, currency),
  ]);
  print(table(['month', 'billed', 'forecast'], rows, ['billed', 'forecast']));
  const [{ requests, requestMicros } = { requests: 0, requestMicros: 0 }] = reports;
  const paid = requests === 0 ? 'no paid request' : `${counted(requests, 'paid request')}, ${money(requestMicros)}`;
  note(`the sweep itself: ${paid}; more: npx homeostasis cost report`);
}
