import { counted } from '../../shared/domain/counted.ts';
import type { InfeasibleReason, Solution } from '../../shared/domain/solver/index.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Infeasible } from './decision.ts';
import { eligibleOf } from './describe.ts';
import type { Evaluation } from './evaluate.ts';
import { spread } from './solve.ts';

/** Says for every service without a place why, in one sentence, with every candidate behind it. */
export function explainInfeasible(
  { services }: NormalizedApplication,
  evaluations: readonly Evaluation[],
  { infeasible }: Solution,
): Infeasible[] {
  return infeasible.flatMap(({ service: index, reason }) => {
    const service = services[index];
    const evaluation = evaluations[index];
    if (service === undefined || evaluation === undefined) return [];
    return {
      service: service.name,
      message: sentence(service, evaluation, reason),
      eligible: eligibleOf(evaluation),
      rejected: evaluation.rejected,
    };
  });
}

function sentence(service: NormalizedService, { options, rejected }: Evaluation, reason: InfeasibleReason): string {
  switch (reason) {
    case 'no-candidate':
      return options.length === 0
        ? `every candidate is rejected: ${mostly(rejected)}`
        : `${counted(options.length, 'candidate')}, and no quota left for ${service.cpuMillicores}m x ${service.replicas}`;
    case 'quota':
      return `${counted(options.length, 'candidate')}, and no quota left beside the other services`;
    case 'spread': {
      const clouds = new Set(options.map(({ offering }) => offering.cloud));
      return `it must stand on ${spread(service)} clouds or regions; its candidates are on ${[...clouds].join(', ') || 'none'}: ${mostly(rejected)}`;
    }
    case 'share-cap':
      return 'the largest share one cloud may carry leaves no room for it';
  }
}

/** The reasons that took most candidates away. */
function mostly(rejected: Evaluation['rejected']): string {
  const byFilter = new Map<string, number>();
  for (const { filter, targets } of rejected) byFilter.set(filter, (byFilter.get(filter) ?? 0) + targets.length);
  return [...byFilter]
    .sort((a, b) => b[1] - a[1])
    .map(([filter, count]) => `${count} by ${filter}`)
    .join(', ');
}
