import { describe, expect, it } from 'vitest';
import { billReceived, type BillFile } from '../../../shared/contracts/bill-received.ts';
import { billRefused } from '../../../shared/contracts/bill-refused.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Reader } from '../../../shared/pipeline/handler.ts';
import { SpentPages, type BillSource } from '../../../shared/ports/bill-source.ts';
import type { CostGiven } from '../given.ts';
import { onBillReceived } from '../on-bill-received.ts';
import { defaultCostSettings } from '../settings.ts';
import { lookThrough } from './look-through.ts';
import { paidRequests } from './paid-requests.ts';
import { billFileKey, type BillFileRecord } from './record.ts';

const never = (): Promise<never> => Promise.reject(new Error('not asked for here'));
const file: BillFile = { source: 'explorer', location: '2026-10', version: 'as of 2026-11-06', bytes: 0 };
const message =
  'explorer: the 4 paid requests that `pages` allows were made on 2026-11-06; page 5 waits for another day';
const paid = { requests: 4, requestMicros: 40_000 };
const sourceThat = (beginsAnew: boolean): BillSource => ({
  name: 'explorer',
  list: () => Promise.resolve([file]),
  fetch: () => Promise.reject(new SpentPages(message, { paid, beginsAnew })),
});
const given: CostGiven = {
  settings: defaultCostSettings,
  ledger: { ingest: never, sums: never, differs: never, lines: never, drop: never, close: () => Promise.resolve() },
  ...{ billSources: [], priceSources: [], post: never },
};

function world() {
  const records = new Map<string, unknown>();
  const reader: Reader = {
    get: <T>(key: string) => Promise.resolve(records.get(key) as T | undefined),
    list: <T>(prefix: string) =>
      Promise.resolve({
        items: [...records]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => ({ key, version: 1, value: value as T })),
      }),
  };
  const context = { records: reader, documents: {} as never, now: Date.parse('2026-11-06T06:00:00Z') };
  return {
    context,
    known: () => records.get(billFileKey(file)) as BillFileRecord,
    async receive(source: BillSource): Promise<readonly Draft[]> {
      const { data, type, subject } = billReceived.draft({ file, sweep: 'first' });
      const about = { specversion: '1.0', id: 'e', source: '/test', datacontenttype: 'application/json' } as const;
      const event = { ...about, type, subject, time: '2026-11-06T06:00:00.000Z', correlationid: 'e', data };
      const cost = onBillReceived({ ...given, billSources: [source] });
      const { writes = [], events = [] } = await cost.handle(billReceived.parse(event), context);
      for (const { key, value } of writes) records.set(key, value);
      return events;
    },
  };
}

describe('a month that the allowance of paid requests did not reach the end of', () => {
  it('is known to wait, what was paid for it is told, and the next sweep asks for it again', async () => {
    const [source, { receive, known, context }] = [sourceThat(false), world()];
    expect(await receive(source)).toEqual([]);
    expect(known()).toMatchObject({ state: 'waiting', problem: message, bills: [] });
    expect(await paidRequests(context.records, 'first')).toEqual(paid);
    const looked = await lookThrough(source, { sweep: 'second', after: undefined, context });
    expect(looked.events?.map((each) => each.data)).toEqual([{ file, sweep: 'second' }]);
  });

  it('is said to be refused where no day reaches its end, counts all the same, and is read once the allowance is raised', async () => {
    const [source, { receive, known, context }] = [sourceThat(true), world()];
    expect(await receive(source)).toMatchObject([{ type: billRefused.type, data: { file, problems: [{ message }] } }]);
    expect(known()).toMatchObject({ state: 'waiting', ...paid });
    expect(await paidRequests(context.records, 'first')).toEqual(paid);
    const looked = await lookThrough(source, { sweep: 'second', after: undefined, context });
    expect(looked.events).toHaveLength(1);
  });
});
