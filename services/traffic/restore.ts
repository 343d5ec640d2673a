import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { trafficPrefix, type TrafficRecord } from './record.ts';

/** Puts every recorded split in force at a router that starts empty. @returns how many services are routed. */
export async function restore(records: Pick<RecordStore, 'list'>, router: TrafficRouter): Promise<number> {
  let routed = 0;
  let after: string | undefined;
  do {
    const page = await records.list<TrafficRecord>(trafficPrefix, after === undefined ? {} : { after });
    for (const { value } of page.items) {
      await router.route(value);
      if (value.routes.length > 0) routed += 1;
    }
    after = page.next;
  } while (after !== undefined);
  return routed;
}
