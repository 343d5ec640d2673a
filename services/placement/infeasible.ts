import { counted } from '../../shared/domain/counted.ts';
import type { InfeasibleReason } from '../../shared/domain/solver/index.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Infeasible } from './decision.ts';
import { eligibleOf } from './describe.ts';
import type { Evaluation } from './evaluate.ts';
import type { Attempted } from './exposed.ts';
import { lackingRoom, needOf, usesOf, type Quota } from './quota.ts';
import { keepsStandby } from './slots.ts';
import { spread } from './spread.ts';

/** Says for every service without a place why, in one sentence, with every candidate behind it. */
export function explainInfeasible(
  { services }: NormalizedApplication,
  { slots, evaluations, solved }: Attempted,
  quotas: ReadonlyMap<string, Quota>,
): Infeasible[] {
  const { infeasible } = solved.solution;
  if (infeasible.length === 0) return [];
  const uses = usesOf(slots.services, solved);
  const owners = new Map([...slots.standbyAt].map(([owner, standby]) => [standby, owner]));
  const listed = new Set(infeasible.map(({ service }) => service));
  return infeasible.flatMap(({ service: index, reason }) => {
    const owner = owners.get(index);
    const service = slots.services[index];
    const evaluation = evaluations[index];
    // Where a service and its standby both have no place, the service says why.
    if (service === undefined || evaluation === undefined || (owner !== undefined && listed.has(owner))) return [];
    const full = lackingRoom(service, evaluation.options, { quotas, uses });
    const filled = new Set(full.flatMap(({ targets }) => targets));
    return {
      service: services[owner ?? index]?.name ?? service.name,
      message: sentence(service, evaluation, { reason, full: filled.size }),
      eligible: eligibleOf(evaluation).filter(({ target }) => !filled.has(target)),
      rejected: [...evaluation.rejected, ...full],
    };
  });
}

function sentence(
  service: NormalizedService,
  { options, rejected }: Evaluation,
  { reason, full }: { readonly reason: InfeasibleReason; readonly full: number },
): string {
  switch (reason) {
    case 'no-candidate':
    case 'quota': {
      if (options.length === 0) return `every candidate is rejected: ${mostly(rejected)}`;
      return `needs ${needOf(service)}; ${roomIn(options.length, full)}`;
    }
    case 'spread': {
      if (keepsStandby(service) && reaches(service, options)) return apartFrom(options, rejected);
      const clouds = new Set(options.map(({ offering }) => offering.cloud));
      return `it must stand on ${spread(service)} clouds or regions${service.recovery.standby === 'active-active' ? ' (recovery.standby is active-active)' : ''}; its candidates are on ${[...clouds].join(', ') || 'none'}: ${mostly(rejected)}`;
    }
    case 'share-cap':
      return 'the largest share one cloud may carry leaves no room for it';
  }
}

/** Its own places it would have. */
function reaches(service: NormalizedService, options: Evaluation['options']): boolean {
  return new Set(options.map(({ offering }) => offering.region.id)).size >= spread(service);
}

function apartFrom(options: Evaluation['options'], rejected: Evaluation['rejected']): string {
  const regions = [...new Set(options.map(({ offering }) => offering.region.id))];
  return `its warm standby must stand in a region of its own, and its candidates are only in ${regions.join(', ')}: ${mostly(rejected)}; allow another region, or set recovery.standby to cold`;
}

function roomIn(options: number, full: number): string {
  const all = counted(options, 'candidate');
  if (full === 0) return `${all} with room, which is too few beside the other services`;
  const whose = full < options ? `the quotas of ${full} of ${all} leave` : `the quota of ${each(options)} leaves`;
  return `${whose} no room: placement.quotas raises it`;
}

const each = (options: number): string => (options === 1 ? 'its only candidate' : `each of its ${options} candidates`);

/** The reasons that took most candidates away. */
function mostly(rejected: Evaluation['rejected']): string {
  const byFilter = new Map<string, number>();
  for (const { filter, targets } of rejected) byFilter.set(filter, (byFilter.get(filter) ?? 0) + targets.length);
  return [...byFilter]
    .sort((a, b) => b[1] - a[1])
    .map(([filter, count]) => `${count} by ${filter}`)
    .join(', ');
}
