import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { readOnly } from '../../shared/pipeline/reading.ts';
import { atClock } from './at-clock.ts';
import { compareClouds, type Comparison, type Decision } from './compare-clouds.ts';
import type { RoutePorts } from './plan.ts';
import { catalogueNow } from './prices.ts';
import type { ApplicationRecord } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';

/**
 * What stands, compared with what its decision could have chosen, at the prices that count now.
 * @returns undefined where the spec in force can no longer be read: it was accepted by an earlier version
 */
export async function compareStanding(
  { application, spec, byHand }: ApplicationRecord,
  decisions: readonly Decision[],
  { records, documents, clock }: RoutePorts,
  settings: PlacementSettings,
): Promise<Comparison | undefined> {
  const read = readSpec(await documents.get<ApplicationSpec>(spec), application, settings);
  if ('problem' in read) return undefined;
  const now = clock.now();
  const { offerings } = await catalogueNow(readOnly(records));
  return compareClouds(atClock(read.application, now, byHand), decisions, { offerings, now });
}
