import type { ServiceDecision } from './decision.ts';

/** Of the services that were to go back, those that stand on none of the targets named, each with what keeps it from them. */
export function notReturned(
  services: readonly Pick<ServiceDecision, 'service' | 'targets' | 'rejected'>[],
  wanted: ReadonlyMap<string, readonly string[]>,
): { service: string; message: string }[] {
  const decided = new Map(services.map((each) => [each.service, each]));
  return [...wanted].flatMap(([service, targets]) => {
    const found = decided.get(service);
    if (found === undefined) return [{ service, message: 'it is no longer part of the application' }];
    const serves = found.targets.filter(({ role }) => role !== 'standby').map(({ target }) => target);
    if (serves.some((target) => targets.includes(target))) return [];
    const reasons = targets.map((target) => `${target}: ${reasonOf(found, target)}`);
    return [{ service, message: reasons.join('; ').slice(0, 2000) }];
  });
}

/** Why it does not stand there. */
export function reasonOf({ rejected }: Pick<ServiceDecision, 'rejected'>, target: string): string {
  return rejected.find(({ targets }) => targets.includes(target))?.reason ?? 'no room beside the other services';
}
