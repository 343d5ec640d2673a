import type { SpreadGroup } from '../../shared/domain/solver/index.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { idle } from './estimate.ts';
import type { PlacementRecord } from './record.ts';

/**
 * What is placed: every service, and for each that keeps a warm standby one slot more. A standby is placed like a service of its own
 * (with its own size, its own cost and no traffic), tied to the one it stands by for: together they need one region more.
 */
export interface Slots {
  /** The application's services as they are to be spread, in the order of the spec; then the standbys. */
  readonly services: readonly NormalizedService[];
  /** Position of a service's standby, by position of the service. */
  readonly standbyAt: ReadonlyMap<number, number>;
}

/** No service can be called that: names have neither spaces nor brackets. */
export const standbySlot = (service: string): string => `${service} (standby)`;

/** Only what is routed can wait for traffic, and nothing waits for a service that is scaled to nothing. */
export function keepsStandby({ recovery, ports, replicas }: NormalizedService): boolean {
  return recovery.standby === 'warm' && ports.length > 0 && replicas > 0;
}

/** Its recovery asks for more places than its constraints do. */
export function isRedundant(service: NormalizedService): boolean {
  return keepsStandby(service) || regionsOf(service, false) > service.constraints.minimumRegions;
}

/** @param exposed services that for now go without what their recovery asks for */
export function slotsOf({ services }: NormalizedApplication, exposed: ReadonlySet<string>): Slots {
  const own = services.map((service) => spreadFor(service, exposed.has(service.name)));
  const waiting = own.flatMap((service, index) =>
    keepsStandby(service) && !exposed.has(service.name) ? [{ service, index }] : [],
  );
  return {
    services: [...own, ...waiting.map(({ service }) => standbyOf(service))],
    standbyAt: new Map(waiting.map(({ index }, i) => [index, own.length + i])),
  };
}

function spreadFor(service: NormalizedService, exposed: boolean): NormalizedService {
  const minimumRegions = regionsOf(service, exposed);
  return minimumRegions === service.constraints.minimumRegions
    ? service
    : { ...service, constraints: { ...service.constraints, minimumRegions } };
}

/** Active-active is a spread over two regions at least. A service scaled to nothing needs none. */
function regionsOf({ recovery, constraints, replicas }: NormalizedService, exposed: boolean): number {
  const wanted = recovery.standby === 'active-active' && !exposed && replicas > 0 ? 2 : 1;
  return Math.max(wanted, constraints.minimumRegions);
}

/** It serves nobody: no links, no requests, and just its own replicas. What it may cost is what the service leaves of the cap: see `standby-cap.ts`. */
function standbyOf(scheduled: NormalizedService): NormalizedService {
  // It keeps its few replicas at all hours.
  const { meanReplicas: _, peakReplicas: __, schedule: ___, ...service } = scheduled;
  return {
    ...idle(service),
    name: standbySlot(service.name),
    replicas: Math.min(service.recovery.warmReplicas, service.replicas),
    constraints: { ...service.constraints, minimumClouds: 1, minimumRegions: 1 },
    links: [],
  };
}

/** How much the standby's place weighs beside its service's: as its size does. */
export function weightOf(service: NormalizedService, standby: NormalizedService): number {
  return standby.replicas / service.replicas;
}

/**
 * A service and its standby stand in different regions, and on different clouds where there are any: the loss of one cloud then
 * leaves something standing.
 * @param clouds on how many clouds the candidates of both are
 */
export function apart(
  { services, standbyAt }: Slots,
  clouds: (service: number, standby: number) => number,
): SpreadGroup[] {
  return [...standbyAt].map(([service, standby]) => {
    const { minimumClouds = 1, minimumRegions = 1 } = services[service]?.constraints ?? {};
    return {
      services: [service, standby],
      minimumClouds: Math.min(minimumClouds + 1, clouds(service, standby)),
      minimumRegions: minimumRegions + 1,
    };
  });
}

/** What stands now, by slot. */
export function standingBySlot(
  current: Iterable<Pick<PlacementRecord, 'service' | 'targets'>>,
): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { service, targets } of current) {
    const waiting = targets.filter(({ role }) => role === 'standby');
    found.set(
      service,
      targets.filter(({ role }) => role !== 'standby').map(({ target }) => target),
    );
    if (waiting.length > 0)
      found.set(
        standbySlot(service),
        waiting.map(({ target }) => target),
      );
  }
  return found;
}
