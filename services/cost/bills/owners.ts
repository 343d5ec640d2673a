import { ownerDimensions, type OwnerDimension } from './dimensions.ts';
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

/**
 * Who shares cost of a provider on a day: those it charged directly on that day; if there was nobody, those of the month; if there was
 * nobody either, everybody that any provider charged, alike. Direct cost below zero (credits) weighs nothing.
 */
export class Owners {
  readonly #rule: Exclude<CostSettings['shared'], 'separate'>;
  readonly #direct = new Map<string, Map<string, { readonly owner: Owner; micros: number }>>();
  readonly #known = new Map<string, Sharing | undefined>();

  /** `rows` are claimed cost by owner, day and provider, of whole months. */
  constructor(rows: readonly SumRow[], rule: Exclude<CostSettings['shared'], 'separate'>) {
    this.#rule = rule;
    for (const row of rows) {
      const { day, provider } = row.keys;
      if (isShared(row.keys) || day == null) continue;
      const owner = ownerOf(row);
      const key = JSON.stringify(owner);
      this.#add(`${row.currency} ${provider} ${day}`, key, owner, row.micros);
      this.#add(`${row.currency} ${provider} ${day.slice(0, 7)}`, key, owner, row.micros);
      // Of all currencies, which cannot be added: here all weigh alike.
      this.#add(everybody, key, owner, 0);
    }
  }

  #add(scope: string, key: string, owner: Owner, micros: number): void {
    const owners = this.#direct.get(scope) ?? new Map<string, { readonly owner: Owner; micros: number }>();
    const known = owners.get(key);
    if (known === undefined) owners.set(key, { owner, micros });
    else known.micros += micros;
    this.#direct.set(scope, owners);
  }

  /** Undefined when nobody is charged anything directly: then shared cost stays what it is. */
  of(currency: string, provider: string | null | undefined, day: string): Sharing | undefined {
    const key = `${currency} ${provider} ${day}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#find(key, day));
    return this.#known.get(key);
  }

  #find(key: string, day: string): Sharing | undefined {
    const month = `${key.slice(0, -day.length)}${day.slice(0, 7)}`;
    for (const scope of [key, month]) {
      const sharing = this.#sharing(scope, this.#rule);
      if (sharing?.weights.some((weight) => weight > 0) === true) return sharing;
    }
    return this.#sharing(everybody, 'even');
  }

  #sharing(scope: string, rule: 'proportional' | 'even'): Sharing | undefined {
    // In the order of their names, so that the last micro-unit goes to the same one however rows came.
    const found = [...(this.#direct.get(scope) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
    if (found.length === 0) return undefined;
    const weights = found.map(({ micros }) => (rule === 'even' ? 1 : Math.max(0, micros)));
    return { owners: found.map(({ owner }) => owner), weights };
  }
}

const everybody = 'everybody';
