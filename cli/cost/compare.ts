import type { Candidate, PlannedPrices, PlannedService, RejectedGroup } from '../show-plan.ts';

/** Micro-dollars a month. */
interface Amount {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** As the control plane priced it: `traffic` is counted in, what has no price is not. */
export interface Priced {
  readonly monthly: Amount;
  readonly traffic: Amount;
  readonly unpriced: readonly string[];
}

interface PricedService {
  readonly service: string;
  readonly standing: Priced;
  readonly clouds: readonly (Priced & { readonly cloud: string; readonly target: string })[];
}

interface PricedTotal extends Priced {
  readonly cloud: string;
  readonly targets: readonly { readonly service: string; readonly target: string }[];
  readonly standing: Priced;
  readonly missing: readonly string[];
}

/** A decision or a plan, with every candidate, and what it was compared with. */
export interface Decided {
  readonly application: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly services: readonly PlannedService[];
  /** Absent from a control plane that does not compare. */
  readonly comparison?: {
    readonly services: readonly PricedService[];
    readonly totals: readonly PricedTotal[];
    readonly pricesAsOf: string;
    readonly prices: PlannedPrices;
  };
}

/** Against what it costs where it stands, as expected. */
interface Difference {
  readonly differenceMicros: number;
  /** Of what it costs there. */
  readonly ratio?: number;
}

interface OnCloud extends Partial<Priced & Difference> {
  readonly cloud: string;
  /** The cheapest that passes every filter; absent where none does, and so is what it costs. */
  readonly target?: string;
  /** Why it does not stand there. */
  readonly why: string;
}

interface ComparedService {
  readonly service: string;
  readonly standing: Priced & { readonly targets: readonly string[]; readonly note: string };
  readonly clouds: readonly OnCloud[];
}

export interface Compared {
  readonly application: string;
  readonly services: readonly ComparedService[];
  /** What it would cost if every service that can stand on one cloud stood there, at places that are cheapest together. */
  readonly totals: readonly (PricedTotal & Difference)[];
  readonly pricesAsOf: string;
  readonly prices: PlannedPrices;
}

const cloudOf = (target: string): string => target.split('/')[0] ?? '';

/** Pure: what the control plane priced, with what speaks against each place. Undefined where nothing was priced. */
export function comparison({ application, weights, services, comparison: priced }: Decided): Compared | undefined {
  if (priced === undefined) return undefined;
  const clouds = [...new Set(services.flatMap(candidateClouds))].sort();
  const known = new Map(services.map((each) => [each.service, each]));
  return {
    application,
    services: priced.services.flatMap((each) => {
      const planned = known.get(each.service);
      return planned === undefined ? [] : [comparedService(each, { planned, clouds, weights })];
    }),
    totals: priced.totals.map((total) => ({ ...total, ...between(total, total.standing) })),
    pricesAsOf: priced.pricesAsOf,
    prices: priced.prices,
  };
}

function candidateClouds({ eligible = [], rejected = [] }: PlannedService): string[] {
  return [...eligible.map(({ target }) => target), ...rejected.flatMap(({ targets }) => targets)].map(cloudOf);
}

interface Around {
  readonly planned: PlannedService;
  readonly clouds: readonly string[];
  readonly weights: Decided['weights'];
}

function comparedService({ service, standing, clouds: priced }: PricedService, around: Around): ComparedService {
  const { planned, clouds } = around;
  const { targets, note } = planned;
  return {
    service,
    standing: { targets: targets.map(({ target }) => target), ...standing, note },
    clouds: clouds.map((cloud): OnCloud => {
      const found = priced.find((each) => each.cloud === cloud);
      if (found === undefined) return { cloud, why: refusal(cloud, planned.rejected ?? []) };
      return { ...found, ...between(found, standing), why: reason(found.target, around) };
    }),
  };
}

function between(there: Priced, here: Priced): Difference {
  const differenceMicros = there.monthly.expected - here.monthly.expected;
  const { expected } = here.monthly;
  return { differenceMicros, ...(expected === 0 ? {} : { ratio: differenceMicros / expected }) };
}

/** The reason that keeps the most of the cloud's places out. */
function refusal(cloud: string, rejected: readonly RejectedGroup[]): string {
  const groups = rejected
    .map(({ filter, reason: why, targets }) => ({
      filter,
      why,
      many: targets.filter((each) => cloudOf(each) === cloud).length,
    }))
    .filter(({ many }) => many > 0)
    .sort((a, b) => b.many - a.many);
  const [first] = groups;
  return first === undefined ? 'it has no place of this kind' : `no place: ${first.filter}: ${first.why}`;
}

const factors = ['cost', 'performance', 'compliance', 'reliability'] as const;

/** What spoke most for the place it has, by the weights of the decision. */
function reason(target: string, { planned: { targets, eligible = [], note }, weights }: Around): string {
  if (targets.some((each) => each.target === target)) return 'stands there';
  const candidate = eligible.find((each) => each.target === target);
  const own = eligible.filter((each) => targets.some((placed) => placed.target === each.target));
  const best = own.toSorted((a, b) => b.total - a.total)[0];
  if (best === undefined || candidate === undefined) return '';
  const [lost] = factors
    .map((factor, i) => ({
      factor,
      here: best.scores[i] ?? 0,
      there: candidate.scores[i] ?? 0,
      points: (weights[factor] ?? 0) * ((best.scores[i] ?? 0) - (candidate.scores[i] ?? 0)),
    }))
    .sort((a, b) => b.points - a.points);
  if (candidate.total > best.total) return `scores higher alone (${told(candidate, best)}): ${note}`;
  if (lost === undefined || lost.points <= 0) return `scores ${told(candidate, best)}`;
  return `${lost.factor} ${lost.there.toFixed(0)} against ${lost.here.toFixed(0)}; scores ${told(candidate, best)}`;
}

const told = (candidate: Candidate, best: Candidate): string =>
  `${candidate.total.toFixed(1)} against ${best.total.toFixed(1)}`;
