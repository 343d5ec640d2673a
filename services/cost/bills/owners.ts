import { keyBy, ownerDimensions, type OwnerDimension } from './dimensions.ts';
import type { SumRow } from '../../../shared/ports/ledger.ts';
import type { CostSettings } from '../settings.ts';

/** Whose a row is: only the dimensions that are asked for, and always application and team, which tell whether it is anybody's. */
export type Owner = Partial<Readonly<Record<OwnerDimension, string | null>>>;

/** A row that no application and no team is tagged with is shared; one with either is claimed, and stays where it is. */
export const isShared = ({ application, team }: Owner): boolean => application == null && team == null;

export function ownerOf({ keys }: SumRow): Owner {
  const owner: Partial<Record<OwnerDimension, string | null>> = {};
  for (const each of ownerDimensions) if (each in keys) owner[each] = keys[each] ?? null;
  return owner;
}

/** Who takes part in shared cost, and with what weight. */
export interface Sharing {
  readonly owners: readonly Owner[];
  readonly weights: readonly number[];
}

interface Charged {
  readonly owner: Owner;
  micros: number;
}

/**
 * Who shares cost of a provider on a day: those it charged directly on that day; if there was nobody, those of the month; if there was
 * nobody either, everybody that any provider charged, alike. Direct cost below zero (credits) weighs nothing.
 */
export class Owners {
  readonly #rule: Exclude<CostSettings['shared'], 'separate'>;
  /** By currency, provider and day; then by owner. */
  readonly #direct = new Map<string, Map<string, Charged>>();
  readonly #places = new Map<string, number>();
  readonly #known = new Map<string, Sharing | undefined>();

  /** `rows` are claimed cost by owner, day and provider, of whole months. */
  constructor(rows: readonly SumRow[], rule: Exclude<CostSettings['shared'], 'separate'>) {
    this.#rule = rule;
    for (const row of rows) {
      const { day, provider } = row.keys;
      if (isShared(row.keys) || day == null) continue;
      const scope = scopeOf(row.currency, provider, day);
      const owners = this.#direct.get(scope) ?? new Map<string, Charged>();
      this.#direct.set(scope, owners);
      add(owners, keyBy(row.keys, ownerDimensions), { micros: row.micros, owner: () => ownerOf(row) });
    }
  }

  /** Undefined when nobody is charged anything directly: then shared cost stays what it is. */
  of(currency: string, provider: string | null | undefined, day: string): Sharing | undefined {
    const scope = scopeOf(currency, provider, day);
    if (!this.#known.has(scope)) this.#known.set(scope, this.#find(scope));
    return this.#known.get(scope);
  }

  #find(day: string): Sharing | undefined {
    const month = day.slice(0, -'-DD'.length);
    for (const scope of [day, month]) {
      const sharing = this.#sharing(scope, this.#rule);
      if (sharing?.weights.some((weight) => weight > 0) === true) return sharing;
    }
    // Of all currencies, which cannot be added: here all weigh alike.
    return this.#sharing('', 'even');
  }

  /** Of all days whose name begins so. */
  #sharing(scope: string, rule: 'proportional' | 'even'): Sharing | undefined {
    const within = this.#direct.get(scope) ?? this.#sumOf(scope);
    if (within.size === 0) return undefined;
    const found = [...within].sort(([a], [b]) => this.#place(a) - this.#place(b)).map(([, each]) => each);
    const weights = found.map(({ micros }) => (rule === 'even' ? 1 : Math.max(0, micros)));
    return { owners: found.map(({ owner }) => owner), weights };
  }

  #sumOf(scope: string): Map<string, Charged> {
    const within = new Map<string, Charged>();
    for (const [name, owners] of this.#direct) {
      if (name.startsWith(scope))
        for (const [key, { owner, micros }] of owners) add(within, key, { micros, owner: () => owner });
    }
    return within;
  }

  /** In the order of their names, so that the last micro-unit goes to the same one however rows came. */
  #place(key: string): number {
    if (this.#places.size === 0) {
      const all = new Set<string>();
      for (const owners of this.#direct.values()) for (const each of owners.keys()) all.add(each);
      for (const [place, each] of [...all].sort().entries()) this.#places.set(each, place);
    }
    return this.#places.get(key) ?? 0;
  }
}

const scopeOf = (currency: string, provider: string | null | undefined, day: string): string =>
  `${currency}\n${provider}\n${day}`;

/** Rows are many: an owner is made once. */
function add(
  owners: Map<string, Charged>,
  key: string,
  { micros, owner }: { readonly micros: number; readonly owner: () => Owner },
): void {
  const known = owners.get(key);
  if (known === undefined) owners.set(key, { owner: owner(), micros });
  else known.micros += micros;
}
