import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import type { Connection } from '../client.ts';
import { find } from '../client.ts';
import { note, paint } from '../output.ts';
import type { Drill } from './drill-records.ts';
import { detailOf, patiently, untilOver } from './find.ts';
import { isOver } from './records.ts';
import { byHand, say } from './say.ts';
import { takeDown } from './sandbox.ts';
import { until, type Patience } from './watch.ts';

export interface Run {
  readonly connection: Connection;
  readonly id: string;
  readonly patience: Patience;
}

/** Waits until a drill is over, or has come so far; undefined when it was not in time. */
export function lookFor(
  { connection, id, patience }: Run,
  far: (drill: Drill) => boolean = () => false,
): Promise<Drill | undefined> {
  const look = async (): Promise<Drill | undefined> => {
    const drill = await find<Drill>(connection, { path: `/v1/drills/${encodeURIComponent(id)}` });
    return drill !== undefined && (drill.state === 'completed' || far(drill)) ? drill : undefined;
  };
  return until(() => patiently(look), patience);
}

interface RealRun extends Run {
  readonly scope: string;
  /** Where the scope can be taken down; absent: it is only taken out of use. */
  readonly sandbox: Connection | undefined;
}

/**
 * A real drill, told as it goes. In the sandbox the scope is really gone from when its recovery begins until it is over. Whatever happens
 * here, the fault is lifted, and a drill that nobody waits for any more is ended: what it moved goes back.
 */
export async function runReal(run: RealRun): Promise<Drill | undefined> {
  const begun = await lookFor(run, ({ recovery }) => recovery !== undefined);
  if (begun?.recovery === undefined || begun.state === 'completed') return begun;
  await lose(run, begun.recovery);
  if (!run.patience.signal.aborted) tell('cyan', 'failback', `what was moved goes back to ${run.scope}`);
  return lookFor(run);
}

async function lose({ connection, patience, scope, sandbox }: RealRun, recovery: string): Promise<void> {
  const lift = sandbox === undefined ? undefined : await takeDown(sandbox, scope);
  if (lift !== undefined) tell('red', 'down', `${scope} is down in the sandbox`);
  try {
    if ((await untilOver(connection, recovery, patience)) === undefined) await end(connection, recovery);
  } finally {
    await lift?.();
    if (lift !== undefined) tell('green', 'up', `${scope} is up again`);
  }
}

async function end(connection: Connection, recovery: string): Promise<void> {
  if (isOver(await detailOf(connection, recovery))) return;
  const reason = byHand('drill ended');
  await say(connection, recoveryControlRequested.draft({ recovery, action: 'abort', reason }));
  tell('yellow', 'ended', `recovery ${recovery} is aborted; what it moved goes back`);
}

function tell(colour: 'red' | 'green' | 'yellow' | 'cyan', word: string, text: string): void {
  note(`${paint(colour, word.padEnd(18), process.stderr)} ${text}`);
}
