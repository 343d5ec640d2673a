import type { Judge } from '../judge.ts';
import { billPrefix } from '../keys.ts';
import type { BillRecord, PastVersion } from './record.ts';

/** A question that was asked just before a version was replaced may still read its rows. */
const keptMs = 3_600_000;
const pageSize = 40;

/** Forgets the rows of versions that no longer count; that they were, and what they came to, stays known. */
export const tidy: Judge = async ({ cursor, given, context }) => {
  const page = await context.records.list<BillRecord>(billPrefix, {
    limit: pageSize,
    ...(cursor === undefined ? {} : { after: cursor }),
  });
  const over = (version: PastVersion): boolean => !version.dropped && version.replacedAt + keptMs <= context.now;
  const changed = page.items.filter(({ value }) => value.history.some(over));
  // Idempotent, and before the commit: a crash between the two forgets them again.
  await given.ledger.drop(
    changed.flatMap(({ value: { history, current } }) =>
      history
        .filter((each) => over(each) && each.ledgerFile !== current.ledgerFile)
        .map(({ ledgerFile }) => ledgerFile),
    ),
  );
  return {
    writes: changed.map(({ key, value }) => ({
      key,
      value: { ...value, history: value.history.map((each) => (over(each) ? { ...each, dropped: true } : each)) },
    })),
    ...(page.next === undefined ? {} : { cursor: page.next }),
  };
};
