import { notFound, type QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { trafficKey, trafficPrefix, type TrafficRecord } from './record.ts';

/** Most that one answer holds; `next` continues. */
const largestPage = 500;

/** Reads of what traffic owns: the split in force per service. */
export function routes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/traffic',
      answer: async ({ search }) => {
        const { application, after } = search;
        const prefix = application === undefined ? trafficPrefix : `${trafficPrefix}${application}/`;
        const page = await records.list<TrafficRecord>(prefix, {
          limit: largestPage,
          ...(after === undefined ? {} : { after }),
        });
        const next = page.next === undefined ? {} : { next: page.next };
        return { status: 200, body: { splits: page.items.map(({ value }) => value), ...next } };
      },
    },
    {
      method: 'GET',
      path: '/traffic/:application/:service',
      answer: async ({ params }) => {
        const { application = '', service = '' } = params;
        const found = await records.get<TrafficRecord>(trafficKey(application, service));
        if (found !== undefined) return { status: 200, body: found.value };
        return notFound(`no traffic was ever routed for ${application}/${service}`);
      },
    },
  ];
}
