import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { recoveryRequested } from '../../shared/contracts/recovery-requested.ts';
import type { RecoveryMode } from '../../shared/contracts/recovery-values.ts';
import { connect, type Connection, type ConnectionOptions } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';
import { wholeNumber } from '../input.ts';
import { note, print, printJson } from '../output.ts';
import { detailOf, Requested, untilOver } from '../recovery/find.ts';
import { aboutOf, isOver, type RecoveryDetail } from '../recovery/records.ts';
import { byHand, say } from '../recovery/say.ts';
import { took } from '../recovery/show.ts';
import { interruptible, notYet, soon, until } from '../recovery/watch.ts';
import { mustBeKnown } from '../scope.ts';

export interface StartOptions extends ConnectionOptions {
  readonly target: string;
  /** `application/service` */
  readonly service?: string;
  readonly mode: string;
  readonly reason?: string;
  readonly ci?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** `homeostasis recover start --target aws/eu-west-1` */
export async function start(options: StartOptions): Promise<void> {
  const timeoutSeconds = wholeNumber(options.timeout, '--timeout', 1, 86_400);
  const mode = modeOf(options.mode);
  await mustBeKnown(options.target, 'target');
  const subject = { scope: options.target, ...serviceOf(options.service) };
  const connection = connect(options);
  const requested = await Requested.watch(connection, subject);
  const by = options.ci === true ? 'ci' : 'operator';
  const reason = options.reason ?? byHand('asked for');
  const event = await say(connection, recoveryRequested.draft({ ...subject, mode, reason, by }));
  const found = await until(() => requested.find(event), soon);
  if (found === undefined) {
    throw new CliError(
      exitCode.failed,
      `accepted as ${event}, but no recovery has begun within ${soon.timeoutSeconds} s: see "npx homeostasis events --correlation ${event}"`,
    );
  }
  if (options.wait !== true) return await told(connection, { id: found.recovery, event, json: options.json === true });
  await awaited(connection, found.recovery, { timeoutSeconds, json: options.json === true });
}

async function told(
  connection: Connection,
  { id, event, json }: { readonly id: string; readonly event: string; readonly json: boolean },
): Promise<void> {
  const detail = await detailOf(connection, id);
  const { state, mode } = detail;
  if (json) return printJson({ event, recovery: id, state, mode });
  print(`${aboutOf(detail)}: recovery ${id} is ${state} (${mode})`);
  if (!isOver(detail)) note(`follow it with: npx homeostasis recoveries ${id}`);
}

async function awaited(
  connection: Connection,
  id: string,
  { timeoutSeconds, json }: { readonly timeoutSeconds: number; readonly json: boolean },
): Promise<void> {
  using interrupt = interruptible();
  const patience = { signal: interrupt.signal, timeoutSeconds };
  const over = await untilOver(connection, id, patience);
  if (over === undefined) throw notYet(`recovery ${id}`, patience, `npx homeostasis recoveries ${id}`);
  const { next: _next, ...detail } = over;
  if (json) printJson(detail);
  else print(ending(over));
  if (over.state !== 'completed') process.exitCode = exitCode.failed;
}

function ending({ recovery, state, total, result, failure }: RecoveryDetail): string {
  if (state !== 'completed') return `${recovery}: ${state}: ${failure?.message ?? 'an operator ended it'}`;
  const over = result.overRto === 0 ? 'all within their RTO' : `${result.overRto} over their RTO`;
  return `${recovery}: completed: ${total} back in ${took(result.recoveryTimeMs)}, ${over}`;
}

type Control = 'pause' | 'resume' | 'abort';
const becomes: Readonly<Record<Control, string>> = { pause: 'paused', resume: 'resumed', abort: 'aborted' };

/** `homeostasis recover pause|resume|abort <recovery>` */
export async function control(
  action: Control,
  id: string,
  options: ConnectionOptions & { readonly reason?: string; readonly json?: boolean },
): Promise<void> {
  const connection = connect(options);
  const before = await detailOf(connection, id);
  if (isOver(before))
    throw new CliError(exitCode.badInput, `recovery ${id} is ${before.state}: there is nothing to ${action}`);
  const reason = options.reason ?? byHand(becomes[action]);
  const event = await say(connection, recoveryControlRequested.draft({ recovery: id, action, reason }));
  const after = await until(async () => {
    const now = await detailOf(connection, id);
    const taken = now.control?.action === action && now.control.at !== before.control?.at;
    return taken || isOver(now) ? now : undefined;
  }, soon);
  if (after === undefined) throw notYet(`${action} of ${id}`, soon, `npx homeostasis recoveries ${id}`);
  if (options.json) printJson({ event, recovery: id, state: after.state });
  else print(`${id}: ${becomes[action]}; it is ${after.state} now`);
}

function modeOf(text: string): RecoveryMode {
  if (text === 'graceful' || text === 'ungraceful') return text;
  throw new CliError(exitCode.badInput, `--mode: found "${text}", expected graceful or ungraceful`);
}

export function serviceOf(text: string | undefined): { readonly application?: string; readonly service?: string } {
  if (text === undefined) return {};
  const [application = '', service = '', ...rest] = text.split('/');
  if (application === '' || service === '' || rest.length > 0) {
    throw new CliError(
      exitCode.badInput,
      `--service: found "${text}", expected application/service such as shop/checkout`,
    );
  }
  return { application, service };
}
