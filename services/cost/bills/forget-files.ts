import type { HandlerContext } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import type { BillSource } from '../../../shared/ports/bill-source.ts';
import type { Judged } from '../judge.ts';
import { billFilePrefix } from '../keys.ts';
import { billFileKey, type BillFileRecord } from './record.ts';

/** As other history of cost: no bill that is older comes in. */
export const keptMs = 400 * 86_400_000;
/** … and no more than so many, those that were read last. */
export const mostFiles = 10_000;
/** In one transaction. */
const pageSize = 80;

/** More is to be forgotten. */
export const moreFiles = 'files';

/**
 * Forgets what was read of files that are not there any more: exports that write each run into a folder of its own leave one a day. What
 * a source still has is known as long as it has it, however old and however many: else it would be read anew. A file that comes back
 * after it was forgotten is read once more, and changes nothing, as its bills are the ones that are there.
 */
export async function forgetFiles(
  sources: readonly BillSource[],
  { records, now }: Pick<HandlerContext, 'records' | 'now'>,
): Promise<Judged> {
  const newestFirst = (await listAll<BillFileRecord>(records, billFilePrefix)).sort((a, b) => b.at - a.at);
  const old = newestFirst.filter(({ at }, place) => place >= mostFiles || at + keptMs <= now);
  const gone = await goneOf(old, sources, now);
  const page = gone.slice(-pageSize);
  return {
    writes: page.map(({ file }) => ({ key: billFileKey(file), value: undefined })),
    ...(page.length < gone.length ? { cursor: moreFiles } : {}),
  };
}

/** Those that their source does not list, or whose source is asked no longer. */
async function goneOf(
  old: readonly BillFileRecord[],
  sources: readonly BillSource[],
  now: number,
): Promise<readonly BillFileRecord[]> {
  const names = new Set(old.map(({ file }) => file.source));
  const there = new Set<string>();
  const silent = new Set<string>();
  for (const source of sources.filter(({ name }) => names.has(name))) {
    const listed = await source.list(new Date(now)).catch(() => undefined);
    // No answer is not "not there". Why there is none its own sweep says, and tries again.
    if (listed === undefined) silent.add(source.name);
    for (const file of listed ?? []) there.add(billFileKey(file));
  }
  return old.filter(({ file }) => !silent.has(file.source) && !there.has(billFileKey(file)));
}
