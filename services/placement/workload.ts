import { hash } from 'node:crypto';
import { canonical } from '../../shared/domain/canonical.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import type { PlacedTarget } from './record.ts';

/**
 * What every target of the service runs; replicas and size are filled in per target. Each link becomes an environment variable
 * with the address of the other service, unless the spec sets that name itself.
 */
export function workloadOf(
  application: NormalizedApplication,
  service: NormalizedService,
  urlTemplate: string,
): Workload {
  const links = Object.fromEntries(
    service.links.map(({ to }) => [
      `LINK_${to.toUpperCase().replaceAll('-', '_')}_URL`,
      urlTemplate.replaceAll('{service}', to).replaceAll('{application}', application.name),
    ]),
  );
  return {
    image: service.image,
    ...(service.command === undefined ? {} : { command: [...service.command] }),
    ...(service.args === undefined ? {} : { args: [...service.args] }),
    replicas: service.replicas,
    cpuMillicores: service.cpuMillicores,
    memoryMib: service.memoryMib,
    env: { ...links, ...service.env },
    secrets: [...service.secrets],
    ports: [...service.ports],
    volumes: [...service.volumes],
    ...(service.healthCheck === undefined ? {} : { healthCheck: service.healthCheck }),
    requestDriven: service.requestDriven,
    spot: service.spot,
    hints: service.hints,
  };
}

export function workloadOn(workload: Workload, { replicas, cpuMillicores, memoryMib }: PlacedTarget): Workload {
  return { ...workload, replicas, cpuMillicores, memoryMib };
}

/** Of everything that is commanded: equal hashes command the same thing. Independent of key order. */
export function specHash(workload: Workload, targets: readonly PlacedTarget[]): string {
  return hash('sha256', canonical({ workload, targets: sortedTargets(targets) }), 'hex').slice(0, 16);
}

/** Of what its cost follows from besides the workload: what is expected of its use, and when how much of it runs. */
export function profileOf({ usage, links, schedule = [] }: NormalizedService): string {
  return hash('sha256', canonical({ usage, links, schedule }), 'hex').slice(0, 8);
}

export function sortedTargets(targets: readonly PlacedTarget[]): PlacedTarget[] {
  return [...targets].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** Replicas over targets, as evenly as they go; at least one each, so that a spread service really stands on every target. */
export function splitReplicas(replicas: number, targets: number): number[] {
  if (replicas === 0) return Array.from({ length: targets }, () => 0);
  const total = Math.max(replicas, targets);
  return Array.from({ length: targets }, (_, i) => Math.floor(total / targets) + (i < total % targets ? 1 : 0));
}
