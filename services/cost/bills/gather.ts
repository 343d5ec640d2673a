import type { Dimension, SumRow } from '../../../shared/ports/ledger.ts';
import type { SpendRow } from '../spend.ts';
import { keyBy } from './dimensions.ts';
import { isShared, type Owner, type Owners } from './owners.ts';
import { share } from './share.ts';

type Sum = { -readonly [K in keyof SpendRow]: SpendRow[K] };
type Amounts = Pick<SpendRow, 'currency' | 'micros' | 'rows' | 'sharedMicros'>;

/** Adds rows up by some of their dimensions. Rows may be many: nothing is made of one that is only added. */
class Gathering {
  readonly #by: readonly Dimension[];
  readonly #sums = new Map<string, Sum>();

  constructor(by: readonly Dimension[]) {
    this.#by = by;
  }

  /** @param whose in place of the row's own owner */
  add(keys: SumRow['keys'], { currency, micros, rows, sharedMicros }: Amounts, whose?: Owner): void {
    const key = currency + keyBy(keys, this.#by, whose);
    const sum = this.#sums.get(key);
    if (sum === undefined) {
      this.#sums.set(key, { keys: this.#keysOf({ ...keys, ...whose }), currency, micros, rows, sharedMicros });
    } else {
      sum.micros += micros;
      sum.rows += rows;
      sum.sharedMicros += sharedMicros;
    }
  }

  #keysOf(all: SumRow['keys']): SumRow['keys'] {
    const keys: Partial<Record<Dimension, string | null>> = {};
    for (const each of this.#by) keys[each] = all[each] ?? null;
    return keys;
  }

  /** Dearest first. */
  rows(): SpendRow[] {
    return [...this.#sums.values()].sort((a, b) => b.micros - a.micros);
  }
}

export function gather(rows: readonly SpendRow[], by: readonly Dimension[]): SpendRow[] {
  const sums = new Gathering(by);
  for (const row of rows) sums.add(row.keys, row);
  return sums.rows();
}

/** What a shared row was for stays; whose it is comes from who shares it. */
export function gatherSplit(rows: readonly SumRow[], owners: Owners, by: readonly Dimension[]): SpendRow[] {
  const sums = new Gathering(by);
  for (const { keys, currency, micros, rows: count } of rows) {
    const sharing = isShared(keys) ? owners.of(currency, keys.provider, keys.day ?? '') : undefined;
    if (sharing === undefined) sums.add(keys, { currency, micros, rows: count, sharedMicros: 0 });
    else {
      for (const [at, part] of share(micros, sharing.weights).entries()) {
        sums.add(keys, { currency, micros: part, rows: 0, sharedMicros: part }, sharing.owners[at]);
      }
    }
  }
  return sums.rows();
}
