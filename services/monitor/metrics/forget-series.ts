import type { Change, Reader } from '../../../shared/pipeline/handler.ts';
import { servicePrefix, type DeploymentRecord } from '../record.ts';
import { spreadKey } from '../usage/spread.ts';
import { router, seriesKeys } from './series.ts';

/** Records that go with a deployment: its own, and the router's of the service when it was the last. */
export const mostForgotten = 8;

/** What was measured of a deployment is forgotten with it. */
export async function forgetSeries(of: DeploymentRecord, records: Reader): Promise<readonly Change[]> {
  const { application, service, target } = of;
  const { items } = await records.list<DeploymentRecord>(servicePrefix(application, service), { limit: 2 });
  const places = items.some(({ value }) => value.target !== target) ? [target] : [target, router];
  const own = spreadKey({ application, service, place: target });
  const keys = [own, ...places.flatMap((place) => seriesKeys({ application, service, place }))];
  const standing: Change[] = [];
  for (const key of keys) if ((await records.get(key)) !== undefined) standing.push({ key, value: undefined });
  return standing;
}
