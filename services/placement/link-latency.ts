import { latencyMs } from '../../shared/catalogue/index.ts';
import type { Region } from '../../shared/catalogue/types.ts';
import type { Weights } from '../../shared/contracts/application-spec.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { Evaluation } from './evaluate.ts';

/**
 * What waiting for each other costs services that talk. A part of the objective beside the four factors of each service, on the
 * same scale: the round trip of a link over the longest there is between any two candidates (0 to 1, as every factor is normalised),
 * weighted like performance, and by the link's share of the application's traffic; as much in all as there are services that take
 * part in one.
 */
export interface LinkLatency {
  /** Score points, 0 to 100, for each GB that a link carries a month over this distance. */
  readonly pointsPerGb: (from: Region, to: Region) => number;
}

/** In GB. Less than that in a month is nothing; and a share of it would be no number any more. */
const oneByte = 1e-9;

export function linkLatency(
  { services }: Pick<NormalizedApplication, 'services'>,
  evaluations: readonly Evaluation[],
  weights: Weights,
): LinkLatency {
  const links = services.flatMap((service) => service.links);
  const gb = links.reduce((sum, { gbPerMonth }) => sum + gbPerMonth, 0);
  const linked = new Set(services.flatMap(({ name, links: own }) => own.flatMap(({ to }) => [name, to]))).size;
  const longest = longestMs(evaluations);
  if (gb < oneByte || longest === 0) return { pointsPerGb: () => 0 };
  const sum = weights.cost + weights.performance + weights.compliance + weights.reliability || 1;
  const perMs = ((100 * weights.performance) / sum) * (linked / gb / longest);
  return { pointsPerGb: (from, to) => perMs * latencyMs(from, to) };
}

/** Round trip between the two candidates that are farthest apart, milliseconds. */
function longestMs(evaluations: readonly Evaluation[]): number {
  const found = new Map(
    evaluations.flatMap(({ options }) => options.map(({ offering: { region } }) => [region.id, region] as const)),
  );
  const regions = [...found.values()];
  return regions.reduce(
    (longest, from, i) => regions.slice(i + 1).reduce((most, to) => Math.max(most, latencyMs(from, to)), longest),
    0,
  );
}
