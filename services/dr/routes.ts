import type { QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { incidentPrefix } from './keys.ts';
import type { IncidentRecord } from './record.ts';

/** Reads of what dr owns. */
export function routes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/incidents',
      answer: async ({ search }) => {
        const { after } = search;
        const page = await records.list<IncidentRecord>(incidentPrefix, {
          limit: 200,
          ...(after === undefined ? {} : { after }),
        });
        const next = page.next === undefined ? {} : { next: page.next };
        return { status: 200, body: { incidents: page.items.map(({ value }) => value), ...next } };
      },
    },
  ];
}
