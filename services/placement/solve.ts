import { egressMicrosPerGb } from '../../shared/catalogue/index.ts';
import type { Weights } from '../../shared/contracts/application-spec.ts';
import {
  solve,
  type Candidate,
  type Problem,
  type ServiceSlot,
  type Solution,
} from '../../shared/domain/solver/index.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Evaluation, Option } from './evaluate.ts';
import type { LinkLatency } from './link-latency.ts';
import type { Loads } from './record.ts';
import { apart, weightOf, type Slots } from './slots.ts';
import { spread } from './spread.ts';

export interface SolveInput {
  readonly placement: NormalizedApplication['placement'];
  readonly slots: Slots;
  /** Per slot. */
  readonly evaluations: readonly Evaluation[];
  /** Per slot: targets it must keep, because it moved lately or a move would not pay. */
  readonly pinned: ReadonlyMap<string, readonly string[]>;
  /** Per slot: what a target costs on top of its score, in full scores (1 is 100 points). */
  readonly leanings: ReadonlyMap<string, (target: string) => number>;
  readonly weights: Weights;
  readonly latency: LinkLatency;
  /** vCPU (thousandths) still free by quota key; a key that is absent is not limited. */
  readonly free: Loads;
  /** How long to search, in shares of what a plan takes. */
  readonly effort: number;
}

export interface Solved {
  readonly solution: Solution;
  /** The options behind each service's candidates, so that picks can be read back. */
  readonly options: readonly (readonly Option[])[];
}

/** vCPU (thousandths) that a service takes of each quota it is put on; with a schedule, at its busiest hour. */
export function loadPerTarget(service: NormalizedService): number {
  return (service.cpuMillicores * (service.peakReplicas ?? service.replicas)) / spread(service);
}

/** Puts the application into numbers, all services at once: they compete for quotas and pull on each other through links. */
export function solvePlacement(input: SolveInput): Solved {
  const { services, standbyAt } = input.slots;
  const weights = new Map([...standbyAt].map(([of, at]) => [at, share(services, of, at)]));
  const options = services.map((service, i) => usable(service, input.evaluations[i]?.options ?? [], input.pinned));
  const clouds = new Index();
  const locations = new Index();
  const quotas = new Index();
  const places: Option[] = [];
  const slots = services.map((service, i): ServiceSlot => {
    const load = loadPerTarget(service);
    const weight = weights.get(i) ?? 1;
    const leaning = input.leanings.get(service.name);
    const candidates = (options[i] ?? []).map((option, id): Candidate => {
      const location = locations.of(option.offering.region.id);
      places[location] ??= option;
      const limited = input.free[option.target] !== undefined;
      return {
        id,
        cloud: clouds.of(option.offering.cloud),
        location,
        quota: limited ? quotas.of(option.target) : undefined,
        load,
        // Rounding may take a perfect score a hair over 100.
        penalty: weight * Math.max(0, (100 - option.total) / 100) + (leaning?.(option.target) ?? 0),
      };
    });
    return {
      candidates,
      picks: spread(service),
      minimumClouds: service.constraints.minimumClouds ?? 1,
      minimumRegions: service.constraints.minimumRegions ?? 1,
      weight: load,
    };
  });
  const { maxSharePerCloud, minimumClouds } = input.placement;
  // A standby does not serve: it counts for no cloud that the application stands on.
  const serving = services.flatMap((_, i) => (weights.has(i) ? [] : i));
  const groups = apart(input.slots, (...both) => cloudsOf(both.map((i) => options[i] ?? [])));
  const problem: Problem = {
    services: slots,
    quotas: quotas.names.map((target) => ({ capacity: input.free[target] ?? 0 })),
    links: linksOf(services),
    egress: linkPenalty(places, { ...input, evaluations: serving.flatMap((i) => input.evaluations[i] ?? []) }),
    ...(maxSharePerCloud === undefined ? {} : { shareCap: maxSharePerCloud }),
    groups: [{ services: serving, minimumClouds }, ...groups],
  };
  return { solution: solve(problem, { effort: input.effort }), options };
}

function share(services: readonly NormalizedService[], of: number, at: number): number {
  const [service, standby] = [services[of], services[at]];
  return service === undefined || standby === undefined ? 1 : weightOf(service, standby);
}

function cloudsOf(options: readonly (readonly Option[])[]): number {
  return new Set(options.flat().map(({ offering }) => offering.cloud)).size;
}

/** A pinned service has no other candidates, as long as all it is pinned to is still possible. */
function usable(
  service: NormalizedService,
  options: readonly Option[],
  pinned: ReadonlyMap<string, readonly string[]>,
): readonly Option[] {
  const keep = pinned.get(service.name);
  if (keep === undefined || keep.length < spread(service)) return options;
  const kept = options.filter(({ target }) => keep.includes(target));
  return kept.length === keep.length ? kept : options;
}

function linksOf(services: readonly NormalizedService[]): Problem['links'] {
  const index = new Map(services.map(({ name }, i) => [name, i]));
  return services.flatMap(({ links }, from) =>
    links.flatMap(({ to, gbPerMonth }) => {
      const end = index.get(to);
      return end === undefined ? [] : [{ from, to: end, gbPerMonth }];
    }),
  );
}

/**
 * What a GB a month costs between two places: its egress, and that its caller waits. Egress is money like compute, so it enters with the cost weight and on the same scale: what a full step on the cost score (100
 * points) is worth in dollars, averaged over the services.
 */
function linkPenalty(
  places: readonly Option[],
  { evaluations, weights, latency }: Pick<SolveInput, 'evaluations' | 'weights' | 'latency'>,
): Problem['egress'] {
  const spans = evaluations.map(({ options }) => {
    const micros = options.map(({ monthlyMicros }) => monthlyMicros);
    return micros.length === 0 ? 0 : Math.max(...micros) - Math.min(...micros);
  });
  const dollarScale = spans.reduce((sum, span) => sum + span, 0) / Math.max(1, spans.length);
  const sum = weights.cost + weights.performance + weights.compliance + weights.reliability || 1;
  const perMicro = dollarScale > 0 ? weights.cost / sum / dollarScale : weights.cost / sum / 1e6;
  const cache = new Map<number, number>();
  return (from, to) => {
    const key = from * places.length + to;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const [a, b] = [places[from], places[to]];
    const rate = a === undefined || b === undefined ? undefined : egressMicrosPerGb(a.offering, b.offering);
    // Without a sourced price the most expensive known stands in: unknown must not look free.
    const micros = rate === undefined || 'missing' in rate ? unknownEgressMicros : rate.microsPerGb;
    const waiting =
      a === undefined || b === undefined ? 0 : latency.pointsPerGb(a.offering.region, b.offering.region) / 100;
    const penalty = micros * perMicro + waiting;
    cache.set(key, penalty);
    return penalty;
  };
}

/** Used only to rank; the estimate lists such a link as unpriced. */
const unknownEgressMicros = 150_000;

class Index {
  readonly names: string[] = [];
  private readonly positions = new Map<string, number>();
  of(name: string): number {
    let position = this.positions.get(name);
    if (position === undefined) {
      position = this.names.length;
      this.names.push(name);
      this.positions.set(name, position);
    }
    return position;
  }
}
