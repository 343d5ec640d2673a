import type { Reader } from '../../../shared/pipeline/handler.ts';
import { recommendationKey, serviceKey, type RecommendationRecord, type ServiceRecord } from './record.ts';

export interface Recommended {
  readonly service: ServiceRecord | undefined;
  readonly records: readonly RecommendationRecord[];
}

/** All that is kept of what was recommended for a service. */
export async function readService(application: string, service: string, records: Reader): Promise<Recommended> {
  const index = await records.get<ServiceRecord>(serviceKey(application, service));
  const found: RecommendationRecord[] = [];
  for (const id of index?.ids ?? []) {
    const record = await records.get<RecommendationRecord>(recommendationKey(id));
    if (record !== undefined) found.push(record);
  }
  return { service: index, records: found };
}
