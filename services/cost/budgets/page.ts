import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Change } from '../../../shared/pipeline/handler.ts';
import type { Judged } from '../judge.ts';

/** Of one transaction: the mark and the note that goes on have their place beside these. */
const mostItems = 80;

/**
 * As many as fit one transaction, each whole; where some are left, the answer has a cursor to go on after.
 * @param of in order, each with a name that is its cursor
 * @param mostSteps more are not begun, however little there is to write: each asks the ledger something
 */
export async function onePage<T extends { readonly name: string }>(
  of: readonly T[],
  judgeOne: (each: T) => Promise<Judged>,
  { writes: first, mostSteps }: { readonly writes: readonly Change[]; readonly mostSteps: number },
): Promise<Judged> {
  const writes: Change[] = [...first];
  const events: Draft[] = [];
  for (const [i, each] of of.entries()) {
    const next = i < mostSteps ? await judgeOne(each) : undefined;
    if (next === undefined || (i > 0 && itemsIn({ writes, events }) + itemsIn(next) > mostItems)) {
      return { writes, events, cursor: of[i - 1]?.name ?? each.name };
    }
    writes.push(...(next.writes ?? []));
    events.push(...(next.events ?? []));
  }
  return { writes, events };
}

const itemsIn = ({ writes = [], events = [] }: Judged): number => writes.length + events.length;
