import type { Change, Reader } from '../../../shared/pipeline/handler.ts';
import { servicePrefix, type DeploymentRecord } from '../record.ts';
import { spreadKey } from '../usage/spread.ts';
import { router, seriesKeys } from './series.ts';

/** Records that go with a deployment: its own, and the router's of the service when it was the last. */
export const mostForgotten = 8;

/**
 * What was measured of a deployment is forgotten with it.
 * @param gone keys of deployments that are forgotten in the same step: none of them is the one that remains
 */
export async function forgetSeries(
  of: DeploymentRecord,
  gone: ReadonlySet<string>,
  records: Reader,
): Promise<readonly Change[]> {
  const { application, service, target } = of;
  const limit = gone.size + 2;
  const { items } = await records.list<DeploymentRecord>(servicePrefix(application, service), { limit });
  const remains = items.some(({ key, value }) => value.target !== target && !gone.has(key));
  const places = remains ? [target] : [target, router];
  const own = spreadKey({ application, service, place: target });
  const keys = [own, ...places.flatMap((place) => seriesKeys({ application, service, place }))];
  const standing: Change[] = [];
  for (const key of keys) if ((await records.get(key)) !== undefined) standing.push({ key, value: undefined });
  return standing;
}
