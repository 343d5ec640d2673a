import type { Weights } from '../../shared/contracts/application-spec.ts';
import {
  fitSize,
  isMissing,
  latencyMs,
  monthlyCompute,
  monthlyEndpoint,
  offeringsAround,
  place,
  type Estimate,
  type Missing,
  type Size,
} from '../../shared/catalogue/index.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import type { Amount, NormalizedService, NormalizedUsage } from '../../shared/domain/spec/normalized.ts';
import type { Cost, CostLine, Eligible, FactorScores, RejectedCandidates } from './decision.ts';
import { monthlyOn, overCap } from './price-cap.ts';
import { reject, type FilterContext, type FilterName } from './filter.ts';

/** A place the service could stand, with what it would cost and how it scores there. */
export interface Option extends Eligible {
  readonly offering: Offering;
  readonly size: Size;
  /** Of `monthlyMicros`, what being reachable there costs, whatever runs. */
  readonly fixedMicros: number;
  /** Round trip to the places that matter, milliseconds; undefined when none was named. */
  readonly latencyMs: number | undefined;
}

export interface Evaluation {
  readonly options: readonly Option[];
  readonly rejected: readonly RejectedCandidates[];
}

export interface EvaluationContext extends FilterContext {
  readonly offerings: readonly Offering[];
  readonly weights: Weights;
  /** Compliance programmes that matter to the application. */
  readonly programs: readonly string[];
  /** Places whose users the application serves. */
  readonly places: readonly string[];
}

interface Unscored {
  readonly offering: Offering;
  readonly size: Size;
  readonly monthlyMicros: number;
  readonly fixedMicros: number;
  readonly latencyMs: number | undefined;
}

/** Filters every offering, with a reason for each that falls out, and scores the rest. */
export function evaluate(service: NormalizedService, context: EvaluationContext): Evaluation {
  const rejected = new Map<string, { filter: FilterName; reason: string; targets: string[] }>();
  const fitting: Unscored[] = [];
  const note = (target: string, filter: FilterName, reason: string): void => {
    const key = `${filter}\n${reason}`;
    const group = rejected.get(key) ?? { filter, reason, targets: [] };
    group.targets.push(target);
    rejected.set(key, group);
  };
  for (const offering of context.offerings) {
    const rejection = reject(service, offering, context) ?? price(service, offering, context.places, fitting);
    if (rejection !== undefined) note(offering.id, rejection.filter, rejection.reason);
  }
  return { options: score(fitting, context), rejected: [...rejected.values()] };
}

function price(
  service: NormalizedService,
  offering: Offering,
  places: readonly string[],
  into: Unscored[],
): { readonly filter: FilterName; readonly reason: string } | undefined {
  const fitted = fitSize(offering, service);
  if (!fitted.fits) return { filter: 'size', reason: fitted.reason };
  const cost = monthlyCost(service, offering, service.meanReplicas ?? service.replicas);
  if ('missing' in cost) {
    // Without the name in it, candidates that lack the same price are told together.
    const lacking = cost.missing.map((each) => each.replace(`${offering.id}: `, ''));
    return { filter: 'price', reason: `its price is not known: ${lacking.join(', ')}` };
  }
  const expected = cost.compute.expected + cost.fixed.expected;
  const price = { monthlyMicros: expected, fixedMicros: cost.fixed.expected };
  const tooDear = overCap(monthlyOn(price, service), service);
  if (tooDear !== undefined) return { filter: 'price-cap', reason: tooDear };
  into.push({ offering, size: fitted.size, ...price, latencyMs: meanLatency(offering, places) });
  return undefined;
}

export interface MonthlyCost {
  readonly compute: Cost;
  readonly fixed: Cost;
  readonly lines: readonly CostLine[];
  readonly assumptions: readonly string[];
}

/**
 * Compute and the fixed cost of being reachable, micro-dollars a month, for so many replicas of the service on one target.
 * @param level which of the three amounts of use is counted
 */
export function monthlyCost(
  service: NormalizedService,
  offering: Offering,
  replicas: number,
  level: keyof Amount = 'expected',
): MonthlyCost | Missing {
  const fitted = fitSize(offering, service);
  if (!fitted.fits) return { missing: [fitted.reason] };
  const compute = monthlyCompute(offering, fitted.size, replicas, {
    ...usageAt(service.usage, level),
    requestDriven: service.requestDriven,
    architecture: service.constraints.nodes?.architecture ?? 'amd64',
    spot: service.spot && offering.capabilities.value.spot,
  });
  if (isMissing(compute)) return compute;
  const endpoint = service.ports.length > 0 ? endpointCost(offering) : nothingFixed;
  if (isMissing(endpoint)) return endpoint;
  return {
    compute: costOf(compute),
    fixed: costOf(endpoint),
    lines: [...compute.parts, ...endpoint.parts].map((part) => ({ target: offering.id, ...part })),
    assumptions: [...compute.assumptions, ...endpoint.assumptions],
  };
}

function usageAt({ requestsPerSecond, activeShare }: NormalizedUsage, level: keyof Amount) {
  return {
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond: requestsPerSecond[level] }),
    ...(activeShare === undefined ? {} : { activeShare: activeShare[level] }),
  };
}

/** Where only the fixed cost has no source, the dearest one known on that cloud stands in, and the estimate says so. */
function endpointCost(offering: Offering): Estimate | Missing {
  const known = endpointCosts.get(offering) ?? estimateEndpoint(offering);
  endpointCosts.set(offering, known);
  return known;
}

/** Offerings never change, and every service is priced on all of them. */
const endpointCosts = new WeakMap<Offering, Estimate | Missing>();

function estimateEndpoint(offering: Offering): Estimate | Missing {
  const own = monthlyEndpoint(offering);
  if (!isMissing(own)) return own;
  const known = offeringsAround(offering)
    .filter(({ cloud }) => cloud === offering.cloud)
    .map(monthlyEndpoint)
    .flatMap((each) => (isMissing(each) ? [] : each));
  const dearest = known.sort((a, b) => b.expectedMicros - a.expectedMicros)[0];
  if (dearest === undefined) return own;
  return { ...dearest, assumptions: [`${own.missing.join(', ')}; the dearest known on ${offering.cloud} is counted`] };
}

const nothingFixed: Estimate = { lowMicros: 0, expectedMicros: 0, highMicros: 0, parts: [], assumptions: [] };

function costOf({ lowMicros, expectedMicros, highMicros }: Estimate): Cost {
  return { low: lowMicros, expected: expectedMicros, high: highMicros };
}

function meanLatency({ region }: Offering, places: readonly string[]): number | undefined {
  const known = places.map(place).filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, to) => sum + latencyMs(region, to), 0) / known.length;
}

/**
 * Four factors, each 0 to 100, then weighted. Cost and performance are measured within what is possible for this service (best
 * candidate 100, worst 0), compliance and reliability against what was promised. A factor in which the candidates do not differ,
 * or of which nothing is known, decides nothing.
 */
function score(fitting: readonly Unscored[], { weights, programs }: EvaluationContext): Option[] {
  const cost = normalise(fitting.map(({ monthlyMicros }) => monthlyMicros));
  const performance = normalise(fitting.map((each) => each.latencyMs ?? 0));
  const compliance = fitting.map(({ offering }) => (100 * evidence(offering, programs)) / Math.max(1, programs.length));
  const reliability = uptime(fitting.map(({ offering }) => offering.slaPercent?.value));
  const sum = weights.cost + weights.performance + weights.compliance + weights.reliability || 1;
  return fitting.map((each, i) => {
    const scores: FactorScores = [at(cost, i), at(performance, i), at(compliance, i), at(reliability, i)];
    const total =
      (weights.cost * scores[0] +
        weights.performance * scores[1] +
        weights.compliance * scores[2] +
        weights.reliability * scores[3]) /
      sum;
    return { ...each, target: each.offering.id, scores, total };
  });
}

/** How well the programmes are attested there: a source that names the very service counts fully, one for the platform half. */
function evidence({ compliance }: Offering, programs: readonly string[]): number {
  return compliance
    .filter(({ value }) => programs.includes(value.program))
    .reduce((sum, { value }) => sum + (value.scope === 'service' ? 1 : 0.5), 0);
}

/** Promised downtime against the best promise: half the downtime scores twice. An SLA without a source promises nothing. */
function uptime(slaPercents: readonly (number | undefined)[]): number[] {
  const downtimes = slaPercents.map((percent) => (percent === undefined ? Infinity : Math.max(100 - percent, 0.0001)));
  const best = Math.min(...downtimes);
  return downtimes.map((downtime) => (Number.isFinite(downtime) ? (100 * best) / downtime : 0));
}

const at = (values: readonly number[], index: number): number => values[index] ?? 0;

/** Lower is better: the least becomes 100, the greatest 0. */
function normalise(values: readonly number[]): number[] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const span = values.reduce((a, b) => Math.max(a, b), -Infinity) - least;
  return values.map((value) => (span > 0 ? (100 * (least + span - value)) / span : 100));
}
