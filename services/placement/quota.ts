import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { RejectedCandidates } from './decision.ts';
import type { Option } from './evaluate.ts';
import type { DecideInput } from './input.ts';
import type { Loads } from './record.ts';
import { loadPerTarget, type Solved } from './solve.ts';

/** What may run on a target and what does already, thousandths of a vCPU. */
export interface Quota {
  readonly limit: number;
  /** By the other applications of the fleet. */
  readonly used: number;
}

/** The configured or the provider's default, by target; what has neither is not limited. */
export function quotasOf(
  { settings, usedByOthers }: Pick<DecideInput, 'settings' | 'usedByOthers'>,
  offerings: Iterable<Offering>,
): ReadonlyMap<string, Quota> {
  const found = new Map<string, Quota>();
  for (const { id, quotas } of offerings) {
    const vcpu = settings.quotas[id] ?? (quotas.vcpu?.scope === 'region' ? quotas.vcpu.value : undefined);
    if (vcpu !== undefined) found.set(id, { limit: vcpu * 1000, used: usedByOthers[id] ?? 0 });
  }
  return found;
}

/** What is left of each quota for this application. */
export function freeOf(quotas: ReadonlyMap<string, Quota>): Loads {
  return Object.fromEntries([...quotas].map(([target, { limit, used }]) => [target, Math.max(0, limit - used)]));
}

/** vCPU (thousandths) by target, and by service within it. */
export type Uses = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What the application's services that do have a place take of each target. */
export function usesOf(services: readonly NormalizedService[], { solution, options }: Solved): Uses {
  const uses = new Map<string, Map<string, number>>();
  for (const [index, service] of services.entries()) {
    for (const pick of solution.picks[index] ?? []) {
      const target = options[index]?.[pick]?.target;
      if (target === undefined) continue;
      const there = uses.get(target) ?? new Map<string, number>();
      uses.set(target, there.set(service.name, loadPerTarget(service)));
    }
  }
  return uses;
}

/** The candidates on which a service finds no room, with what it needs, what there is, who has it, and which key raises it. */
export function lackingRoom(
  service: NormalizedService,
  options: readonly Option[],
  { quotas, uses }: { readonly quotas: ReadonlyMap<string, Quota>; readonly uses: Uses },
): RejectedCandidates[] {
  const need = loadPerTarget(service);
  const byReason = new Map<string, string[]>();
  for (const { target } of options) {
    const quota = quotas.get(target);
    if (quota === undefined) continue;
    const users = usersOf(quota, uses.get(target) ?? new Map<string, number>());
    const used = users.reduce((sum, [, millicores]) => sum + millicores, 0);
    if (need <= quota.limit - used) continue;
    const taken = users.map(([who, millicores]) => `${vcpu(millicores)} by ${who}`).join(', ');
    const reason = `needs ${vcpu(need)} vCPU of a quota of ${vcpu(quota.limit)}, of which ${taken === '' ? 'nothing is used' : `${taken} are used`}; placement.quotas in the configuration raises it`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), target]);
  }
  return [...byReason].map(([reason, targets]) => ({ filter: 'quota', reason, targets }));
}

function usersOf({ used }: Quota, siblings: ReadonlyMap<string, number>): (readonly [string, number])[] {
  const others = used > 0 ? [['other applications', used] as const] : [];
  return [...others, ...[...siblings].sort(([a], [b]) => (a < b ? -1 : 1))];
}

/** How the need comes about: `2 vCPU (4 replicas of 0.5)`. */
export function needOf(service: NormalizedService): string {
  const { cpuMillicores, peakReplicas: replicas = service.replicas } = service;
  const each = `${replicas} ${replicas === 1 ? 'replica' : 'replicas'} of ${vcpu(cpuMillicores)}`;
  const need = loadPerTarget(service);
  const over = need < replicas * cpuMillicores ? ' over its places' : '';
  return `${vcpu(need)} vCPU in one place (${each}${over})`;
}

const vcpu = (millicores: number): string => String(Math.round(millicores) / 1000);
