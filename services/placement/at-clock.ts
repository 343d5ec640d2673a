import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { meanReplicas, peakReplicas, replicasAt } from '../../shared/domain/spec/schedule.ts';
import type { ByHand } from './record.ts';

/** The application as it is wanted at one moment: replica counts as the clock, or a hand that overrules it for now, has them. */
export function atClock(application: NormalizedApplication, now: number, byHand: ByHand = {}): NormalizedApplication {
  if (!application.services.some(({ schedule }) => schedule !== undefined)) return application;
  return { ...application, services: application.services.map((each) => serviceAt(each, now, byHand[each.name])) };
}

function serviceAt(service: NormalizedService, now: number, hand: ByHand[string] | undefined): NormalizedService {
  if (service.schedule === undefined) return service;
  const held = hand !== undefined && hand.until > now ? hand.replicas : undefined;
  return {
    ...service,
    replicas: held ?? replicasAt(service, now),
    meanReplicas: meanReplicas(service, now),
    peakReplicas: Math.max(peakReplicas(service), held ?? 0),
  };
}
