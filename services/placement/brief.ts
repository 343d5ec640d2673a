import type { ServiceDecision } from './decision.ts';

const withoutLines = ({ lines: _, ...cost }: ServiceDecision['cost']) => cost;

/** Without the candidates, which are many. */
export function brief({ eligible, rejected, workload, cost, ...rest }: ServiceDecision) {
  const rejectedCount = rejected.reduce((sum, { targets }) => sum + targets.length, 0);
  return {
    ...rest,
    image: workload.image,
    cost: withoutLines(cost),
    candidates: { eligible: eligible.length, rejected: rejectedCount },
    scores: eligible.filter(({ target }) => rest.targets.some((each) => each.target === target)),
  };
}
