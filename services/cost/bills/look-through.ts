import { billReceived } from '../../../shared/contracts/bill-received.ts';
import { costSweepDue } from '../../../shared/contracts/cost-sweep-due.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { HandlerContext, Outcome } from '../../../shared/pipeline/handler.ts';
import type { BillSource } from '../../../shared/ports/bill-source.ts';
import { billFileKey, billSourceKey, isKnown, isRead, type BillFileRecord, type BillSourceRecord } from './record.ts';

/** Files that are looked at, and told of, in one transaction. */
const pageSize = 80;

interface Looking {
  readonly sweep: string;
  readonly after: string | undefined;
  readonly context: HandlerContext;
}

/** Says which files of a source are new or have changed, a page of them at a time. */
export async function lookThrough(source: BillSource, { sweep, after, context }: Looking): Promise<Outcome> {
  const all = [...(await source.list(new Date(context.now)))].sort((a, b) => (a.location < b.location ? -1 : 1));
  const rest = after === undefined ? all : all.filter(({ location }) => location > after);
  const page = rest.slice(0, pageSize);
  const events: Draft[] = [];
  for (const file of page) {
    const known = await context.records.get<BillFileRecord>(billFileKey(file));
    // Whoever holds files for us was given them; elsewhere they are written anew as a matter of course, and one that is the same is known.
    const same = source.forget === undefined ? isKnown(known, file) : isRead(known, file);
    if (!same) events.push(billReceived.draft({ file, sweep }));
    else await source.forget?.(file);
  }
  const last = page.at(-1)?.location;
  if (rest.length > pageSize && last !== undefined) {
    return { events: [...events, costSweepDue.draft({ sweep, source: source.name, after: last })] };
  }
  const key = billSourceKey(source.name);
  await context.records.get<BillSourceRecord>(key);
  const looked: BillSourceRecord = { source: source.name, sweep, lookedAt: context.now, files: all.length };
  return { writes: [{ key, value: looked }], events };
}
