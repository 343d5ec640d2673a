import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import { atClock } from './at-clock.ts';
import { costOf } from './estimate.ts';
import type { ByHand, PlacementRecord } from './record.ts';
import { totalsOf, type Costed } from './totals.ts';

export interface Standing {
  readonly current: ReadonlyMap<string, PlacementRecord>;
  readonly byHand: ByHand | undefined;
  /** At the prices that count now. */
  readonly offerings: readonly Offering[];
  readonly now: number;
}

/** What stands now costs a month at today's prices, place by place, the traffic between its services counted in. */
export function standingCost(
  spec: NormalizedApplication,
  { current, byHand, offerings, now }: Standing,
): { readonly application: NormalizedApplication; readonly services: readonly Costed[] } {
  const application = atClock(spec, now, byHand);
  const byId = new Map(offerings.map((each) => [each.id, each]));
  const services = application.services.flatMap((service): Costed[] => {
    const record = current.get(service.name);
    if (record === undefined) return [];
    const placed = record.targets;
    return [{ service: service.name, placed, targets: [], cost: costOf(service, placed, byId) }];
  });
  const latency = { pointsPerGb: () => 0 };
  return { application, services: totalsOf(application, { services, latency }, offerings, now).services };
}
