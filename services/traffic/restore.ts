import { eachRecord } from '../../shared/pipeline/reading.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { TrafficRouter } from '../../shared/ports/traffic-router.ts';
import { trafficPrefix, type TrafficRecord } from './record.ts';

/** Puts every recorded split in force at a router that starts empty. @returns how many services are routed. */
export async function restore(records: Pick<RecordStore, 'list'>, router: TrafficRouter): Promise<number> {
  let routed = 0;
  for await (const record of eachRecord<TrafficRecord>(records, trafficPrefix)) {
    await router.route(record);
    if (record.routes.length > 0) routed += 1;
  }
  return routed;
}
