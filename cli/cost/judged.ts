import { costReported } from '../../shared/contracts/cost-reported.ts';
import { costSweepDue } from '../../shared/contracts/cost-sweep-due.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { call, type Connection } from '../client.ts';
import type { LogEntry } from '../stream.ts';
import { causedBy } from './log.ts';

export type Reported = DataOf<typeof costReported>;

/** Bills are judged together, so long after the first of them; a judging that begins later than something knows of it. */
const togetherMs = 20_000;

/** The last step: when it is due, all before it are done. */
const lastStep = 'tidy';

/** A judging that is over. */
export interface Judging {
  readonly sweep: string;
  /** Sequence of its last step in the log. */
  readonly until: number;
}

/**
 * The first judging that is over and began after a moment. It need not be the one that this request asked for: where one was pending,
 * that one takes up everything. Pure.
 * @param entries `cost.sweep-due`, oldest first
 * @param since milliseconds since the epoch
 */
export function judgedSince(entries: readonly LogEntry[], since: number): Judging | undefined {
  const begun = new Map<string, number>();
  for (const { event, sequence } of entries) {
    const { sweep, source, after } = event.data as DataOf<typeof costSweepDue>;
    if (source !== undefined) continue;
    if (after === undefined) begun.set(sweep, Date.parse(event.time) + togetherMs);
    if (after === lastStep && (begun.get(sweep) ?? 0) >= since) return { sweep, until: sequence };
  }
  return undefined;
}

export async function sweepsDue(connection: Connection): Promise<readonly LogEntry[]> {
  const query = { type: costSweepDue.type, order: 'desc', limit: 1000 };
  const { body } = await call<{ readonly events: readonly LogEntry[] }>(connection, { path: '/v1/events', query });
  return body.events.toReversed();
}

/** What that judging said of each month and currency. */
export async function reportsOf(connection: Connection, { sweep, until }: Judging): Promise<readonly Reported[]> {
  const said = await causedBy(connection, sweep, costReported.type);
  const latest = new Map<string, Reported>();
  for (const { event, sequence } of said) {
    const data = event.data as Reported;
    if (sequence < until && data.sweep === sweep) latest.set(`${data.period} ${data.currency}`, data);
  }
  return [...latest.values()];
}
