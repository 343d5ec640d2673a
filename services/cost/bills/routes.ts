import { uploadSource } from '../../../shared/contracts/bill-received.ts';
import type { QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import type { CostSettings } from '../settings.ts';
import { billFilePrefix, billPrefix } from '../keys.ts';
import { billFileKey, billSourceKey, type BillFileRecord, type BillRecord, type BillSourceRecord } from './record.ts';

/**
 * Where bills come from, and when that was last looked through; those that count, with what they replaced; and what was read of which
 * file, refusals included. `source` and `location` together ask for one file.
 */
export function billRoutes(records: RecordStore, { bills }: Pick<CostSettings, 'bills'>): readonly QueryRoute[] {
  async function lookedAt(source: string): Promise<Partial<Omit<BillSourceRecord, 'source'>>> {
    const found = await records.get<BillSourceRecord>(billSourceKey(source));
    if (found === undefined) return {};
    const { lookedAt, sweep, files } = found.value;
    return { lookedAt, sweep, files };
  }
  return [
    {
      method: 'GET',
      path: '/cost/bill-sources',
      answer: async () => {
        const sources = [
          ...bills.map(({ name, kind }) => ({ name, kind })),
          { name: uploadSource, kind: uploadSource },
        ];
        const looked = await Promise.all(sources.map(async (each) => ({ ...each, ...(await lookedAt(each.name)) })));
        // Where bills cannot be sent, nobody has ever looked for them.
        const there = looked.filter((each) => each.name !== uploadSource || 'lookedAt' in each);
        return { status: 200, body: { sources: there } };
      },
    },
    {
      method: 'GET',
      path: '/cost/bills',
      answer: async ({ search: { after } }) => {
        const page = await records.list<BillRecord>(billPrefix, {
          limit: 100,
          ...(after === undefined ? {} : { after }),
        });
        return {
          status: 200,
          body: {
            bills: page.items.map(({ value }) => value),
            ...(page.next === undefined ? {} : { next: page.next }),
          },
        };
      },
    },
    {
      method: 'GET',
      path: '/cost/bill-files',
      answer: async ({ search: { after, source, location } }) => {
        if (source !== undefined && location !== undefined) {
          const found = await records.get<BillFileRecord>(billFileKey({ source, location }));
          return { status: 200, body: { files: found === undefined ? [] : [found.value] } };
        }
        const page = await records.list<BillFileRecord>(billFilePrefix, {
          limit: 100,
          ...(after === undefined ? {} : { after }),
        });
        return {
          status: 200,
          body: {
            files: page.items.map(({ value }) => value),
            ...(page.next === undefined ? {} : { next: page.next }),
          },
        };
      },
    },
  ];
}
