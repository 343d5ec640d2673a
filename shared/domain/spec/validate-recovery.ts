import type { Constraints, ServiceSpec } from '../../contracts/application-spec.ts';
import { counted } from '../counted.ts';
import type { KnownWorld } from './known.ts';
import type { Finding, Path } from './problem.ts';
import { possibleRegions } from './possible-regions.ts';

/** What a service says of its recovery, against its own ports, replicas and constraints. */
export function checkRecovery(service: ServiceSpec, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  if (service.recovery === undefined) return [];
  const at = [...path, 'recovery'];
  return [
    ...checkRoute(service, at),
    ...checkReplicas(service, path),
    ...checkGround(service, at, known),
    ...checkData(service, at),
  ];
}

function checkRoute({ recovery, ports = [] }: ServiceSpec, at: Path): readonly Finding[] {
  const { standby, warmReplicas } = recovery ?? {};
  if (standby === 'warm' && ports.length === 0) {
    const message = 'a warm standby waits for traffic, and the service has no port';
    return [{ path: [...at, 'standby'], found: standby, message, allowed: ['cold', 'active-active'] }];
  }
  if (warmReplicas === undefined || standby === undefined || standby === 'warm') return [];
  const message = `means nothing to standby ${standby}`;
  return [{ path: [...at, 'warmReplicas'], found: warmReplicas, message, severity: 'warning' }];
}

function checkReplicas({ recovery, replicas }: ServiceSpec, path: Path): readonly Finding[] {
  // Of a count that is left out, the configuration may make any.
  if (replicas === undefined) return [];
  const { standby, warmReplicas = 1 } = recovery ?? {};
  if (standby === 'active-active' && replicas === 1) {
    const message = '1 replica cannot satisfy recovery.standby active-active, which serves from two regions';
    return [{ path: [...path, 'replicas'], found: replicas, message, allowed: ['2 or more'] }];
  }
  if (standby !== 'warm' || replicas === 0 || warmReplicas <= replicas) return [];
  const at = [...path, 'recovery', 'warmReplicas'];
  const message = `${warmReplicas} would stand by for ${counted(replicas, 'replica')}`;
  return [{ path: at, found: warmReplicas, message, allowed: [`1 to ${replicas}`] }];
}

/** Two places need two regions; a warm standby needs one more than the service serves from. */
function checkGround(
  { recovery, constraints = {} }: ServiceSpec,
  at: Path,
  known: KnownWorld | undefined,
): readonly Finding[] {
  const standby = recovery?.standby ?? 'cold';
  if (standby === 'cold') return [];
  const regions = possibleRegions(constraints, known) ?? [];
  const needed = standby === 'warm' ? spreadOf(constraints) + 1 : 2;
  // Where there is none at all, the constraints themselves are at fault, and said to be.
  if (regions.length === 0 || regions.length >= needed) return [];
  const message = `${standby} needs ${needed} regions, and the constraints leave only ${regions.join(', ')}; allow another region, or set it to cold`;
  return [{ path: [...at, 'standby'], found: standby, message }];
}

function spreadOf({ minimumClouds = 1, minimumRegions = minimumClouds }: Constraints): number {
  return Math.max(minimumClouds, minimumRegions);
}

function checkData({ recovery, volumes = [] }: ServiceSpec, at: Path): readonly Finding[] {
  const { standby } = recovery ?? {};
  if (volumes.length === 0 || standby === undefined || standby === 'cold') return [];
  const message = 'each place has its own volume: nothing copies the data between them';
  return [{ path: [...at, 'standby'], found: standby, message, severity: 'warning' }];
}
