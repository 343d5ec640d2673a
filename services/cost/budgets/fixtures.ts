import type { Clock } from '../../../shared/ports/clock.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Dimension } from '../../../shared/ports/ledger.ts';
import type { Judge } from '../judge.ts';
import type { CostSettings } from '../settings.ts';
import { defaultCostSettings } from '../settings.ts';
import type { ReadSpend, SpendQuery, SpendRow } from '../spend.ts';

/** Builders for tests: rows of bills in memory, and a judge step run as the sweep runs it. */

export type BillRow = SpendRow['keys'] & { readonly cost: number; readonly currency?: string };

/** Answers as the ledger does: sums over the rows that fit, by the asked dimensions. */
function spendOf(rows: readonly BillRow[]): ReadSpend {
  return (query) => {
    const groups = new Map<string, SpendRow>();
    for (const row of rows.filter((each) => fits(each, query))) {
      const { cost, currency = 'USD' } = row;
      const keys = Object.fromEntries(query.by.map((name) => [name, row[name] ?? null]));
      const name = JSON.stringify([keys, currency]);
      const { micros, rows: count } = groups.get(name) ?? { micros: 0, rows: 0 };
      groups.set(name, { keys, currency, micros: micros + Math.round(cost * 1e6), sharedMicros: 0, rows: count + 1 });
    }
    return Promise.resolve([...groups.values()].sort((a, b) => b.micros - a.micros));
  };
}

function fits(row: BillRow, { from, to, where = {} }: SpendQuery): boolean {
  const { day } = row;
  if (day == null || day < from || day >= to) return false;
  return Object.entries(where).every(([name, value]) => (row[name as Dimension] ?? null) === value);
}

export interface Sweep {
  readonly rows: readonly BillRow[];
  readonly settings?: Partial<CostSettings>;
  /** `YYYY-MM-DD`, at noon. */
  readonly at: string;
}

/** Sweeps over records that stay from one to the next. */
export function sweeps(judge: Judge, open: (ports: { readonly clock: Clock }) => { readonly records: RecordStore }) {
  const time = { now: 0 };
  const { records } = open({ clock: { now: () => time.now } });
  const get = async <T>(key: string): Promise<T | undefined> => (await records.get<T>(key))?.value;
  return {
    records,
    get,
    async sweep({ rows, settings = {}, at }: Sweep): Promise<{ readonly events: Draft[]; readonly pages: number }> {
      time.now = Date.parse(`${at}T12:00:00Z`);
      const events: Draft[] = [];
      const given = {
        settings: { ...defaultCostSettings, ...settings },
        ledger: undefined as never,
        billSources: [],
        priceSources: [],
        post: () => Promise.resolve(),
      };
      const reader = { get, list: records.list.bind(records) };
      const context = { records: reader, documents: undefined as never, now: time.now };
      let cursor: string | undefined;
      for (let pages = 1; ; pages++) {
        const judged = await judge({ sweep: at, cursor, given, context, spend: spendOf(rows) });
        const writes = await Promise.all(
          (judged.writes ?? []).map(async ({ key, value }) => {
            // As records are kept: what JSON does not hold is lost.
            const kept = value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
            return { key, value: kept, expectedVersion: (await records.get(key))?.version ?? 0 };
          }),
        );
        if (writes.length + (judged.events ?? []).length > 90) throw new Error('more than a transaction holds');
        await records.commit({ writes, events: [] });
        events.push(...(judged.events ?? []));
        cursor = judged.cursor;
        if (cursor === undefined) return { events, pages };
      }
    },
  };
}

/** The same rows on each of these days, both included. */
export function daily(from: string, to: string, rowsOf: (day: string) => readonly Omit<BillRow, 'day'>[]): BillRow[] {
  const rows: BillRow[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    rows.push(...rowsOf(day).map((row) => ({ ...row, day })));
  }
  return rows;
}
