import { notFound, type Query, type QueryAnswer, type QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { estimatePrefix, monthToDateKey } from '../keys.ts';
import { estimateCurrency } from './compare.ts';
import { estimateKey, type EstimateRecord, type MonthToDate } from './record.ts';

const pageSize = 200;

/** What services are expected to cost, and how right that was when the bills came. Nothing is read from the ledger for it. */
export function estimateRoutes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/cost/estimates',
      answer: async ({ search }: Query): Promise<QueryAnswer> => {
        const { application, after } = search;
        const prefix = application === undefined ? estimatePrefix : `${estimatePrefix}${application}/`;
        const page = await records.list<EstimateRecord>(prefix, {
          limit: pageSize,
          ...(after === undefined ? {} : { after }),
        });
        const estimates = page.items.map(({ value }) => shown(value));
        return { status: 200, body: { estimates, ...(page.next === undefined ? {} : { next: page.next }) } };
      },
    },
    {
      method: 'GET',
      path: '/cost/estimates/:application/:service',
      answer: async ({ params: { application = '', service = '' } }: Query): Promise<QueryAnswer> => {
        const found = await records.get<EstimateRecord>(estimateKey(application, service));
        if (found !== undefined) {
          return { status: 200, body: { ...shown(found.value), history: found.value.intervals.map(interval) } };
        }
        return notFound(`there is no estimate of ${service} of application ${application}`);
      },
    },
    {
      method: 'GET',
      path: '/cost/month-to-date',
      answer: async (): Promise<QueryAnswer> => {
        const found = await records.get<MonthToDate>(monthToDateKey);
        const { month, at, billed = [] } = found?.value ?? {};
        return {
          status: 200,
          body: { billed, ...(month === undefined || at === undefined ? {} : { month, readAt: toIso(at) }) },
        };
      },
    },
  ];
}

function shown({ application, service, generation, intervals, compared }: EstimateRecord) {
  const now = intervals.findLast(({ to }) => to === undefined);
  return {
    application,
    service,
    generation,
    currency: estimateCurrency,
    ...(now === undefined ? {} : { monthly: interval(now) }),
    ...(compared === undefined ? {} : { compared }),
  };
}

function interval({ from, to, ...expected }: EstimateRecord['intervals'][number]) {
  return { from: toIso(from), ...(to === undefined ? {} : { to: toIso(to) }), ...expected };
}

const toIso = (ms: number): string => new Date(ms).toISOString();
