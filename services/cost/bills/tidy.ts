import type { Judge } from '../judge.ts';
import { billPrefix } from '../keys.ts';
import { forgetFiles, moreFiles } from './forget-files.ts';
import { bounded, type BillRecord, type PastVersion } from './record.ts';

/** A question that was asked just before a version was replaced may still read its rows. */
const keptMs = 3_600_000;
const pageSize = 40;

/** What bills leave behind: first the rows of versions that no longer count, bill by bill, then what was read of files that are gone. */
export const tidy: Judge = async (judging) =>
  judging.cursor === moreFiles ? forgetFiles(judging.given.billSources, judging.context) : tidyBills(judging);

/** Forgets the rows of versions that no longer count; that they were, and what they came to, stays known. */
const tidyBills: Judge = async ({ cursor, given, context }) => {
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
      value: {
        ...value,
        history: bounded(value.history.map((each) => (over(each) ? { ...each, dropped: true } : each))),
      },
    })),
    cursor: page.next ?? moreFiles,
  };
};
