import type { Candidate, PlannedService, RejectedGroup } from '../show-plan.ts';

/** A decision or a plan, with every candidate. */
export interface Decided {
  readonly application: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly services: readonly PlannedService[];
}

export interface OnCloud {
  readonly cloud: string;
  /** The cheapest that passes every filter; absent where none does. */
  readonly target?: string;
  readonly monthlyMicros?: number;
  readonly differenceMicros?: number;
  /** Of what it costs where it stands. */
  readonly ratio?: number;
  /** Why it does not stand there. */
  readonly why: string;
}

export interface ComparedService {
  readonly service: string;
  readonly standing: { readonly targets: readonly string[]; readonly monthlyMicros: number; readonly note: string };
  readonly clouds: readonly OnCloud[];
}

export interface Compared {
  readonly application: string;
  readonly services: readonly ComparedService[];
  /** What it would cost if each service stood at the cheapest place of one cloud. */
  readonly totals: readonly {
    readonly cloud: string;
    readonly monthlyMicros: number;
    readonly differenceMicros: number;
    readonly ratio?: number;
    /** Services that cannot stand there: neither side of the difference has them. */
    readonly missing: readonly string[];
  }[];
}

const cloudOf = (target: string): string => target.split('/')[0] ?? '';

/** Pure: the same candidates that placement had, by cloud. */
export function comparison({ application, weights, services }: Decided): Compared {
  const clouds = [...new Set(services.flatMap(candidateClouds))].sort();
  const compared = services.map((service) => comparedService(service, clouds, weights));
  return { application, services: compared, totals: clouds.flatMap((cloud) => totalOn(cloud, compared)) };
}

function candidateClouds({ eligible = [], rejected = [] }: PlannedService): string[] {
  return [...eligible.map(({ target }) => target), ...rejected.flatMap(({ targets }) => targets)].map(cloudOf);
}

function comparedService(
  planned: PlannedService,
  clouds: readonly string[],
  weights: Decided['weights'],
): ComparedService {
  const { service, targets, note, eligible = [] } = planned;
  const own = eligible.filter((each) => targets.some(({ target }) => target === each.target));
  // A candidate's price is that of the whole service there: of one that is spread, the mean of its places is what compares.
  const alone = own.length === 0 ? undefined : own.reduce((sum, each) => sum + each.monthlyMicros, 0) / own.length;
  const monthlyMicros = Math.round(alone ?? planned.cost.total?.expected ?? 0);
  return {
    service,
    standing: { targets: targets.map(({ target }) => target), monthlyMicros, note },
    clouds: clouds.map((cloud) => onCloud(cloud, { planned, own, monthlyMicros, weights })),
  };
}

interface Standing {
  readonly planned: PlannedService;
  readonly own: readonly Candidate[];
  readonly monthlyMicros: number;
  readonly weights: Decided['weights'];
}

function onCloud(cloud: string, standing: Standing): OnCloud {
  const { eligible = [], rejected = [] } = standing.planned;
  const [cheapest] = eligible
    .filter(({ target }) => cloudOf(target) === cloud)
    .sort((a, b) => a.monthlyMicros - b.monthlyMicros || standsFirst(a, b, standing) || (a.target < b.target ? -1 : 1));
  if (cheapest === undefined) return { cloud, why: refusal(cloud, rejected) };
  const { target, monthlyMicros } = cheapest;
  const differenceMicros = monthlyMicros - standing.monthlyMicros;
  return {
    cloud,
    target,
    monthlyMicros,
    differenceMicros,
    ...ratioOf(differenceMicros, standing),
    why: reason(cheapest, standing),
  };
}

/** Of two that cost the same the one where it stands is meant. */
const standsFirst = (a: Candidate, b: Candidate, { own }: Standing): number =>
  Number(own.includes(b)) - Number(own.includes(a));

const ratioOf = (differenceMicros: number, { monthlyMicros }: Pick<Standing, 'monthlyMicros'>) =>
  monthlyMicros === 0 ? {} : { ratio: differenceMicros / monthlyMicros };

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
function reason(candidate: Candidate, { planned, own, weights }: Standing): string {
  if (planned.targets.some(({ target }) => target === candidate.target)) return 'stands there';
  const best = own.toSorted((a, b) => b.total - a.total)[0];
  if (best === undefined) return '';
  const [lost] = factors
    .map((factor, i) => ({
      factor,
      here: best.scores[i] ?? 0,
      there: candidate.scores[i] ?? 0,
      points: (weights[factor] ?? 0) * ((best.scores[i] ?? 0) - (candidate.scores[i] ?? 0)),
    }))
    .sort((a, b) => b.points - a.points);
  if (candidate.total > best.total) return `scores higher alone (${told(candidate, best)}): ${planned.note}`;
  if (lost === undefined || lost.points <= 0) return `scores ${told(candidate, best)}`;
  return `${lost.factor} ${lost.there.toFixed(0)} against ${lost.here.toFixed(0)}; scores ${told(candidate, best)}`;
}

const told = (candidate: Candidate, best: Candidate): string =>
  `${candidate.total.toFixed(1)} against ${best.total.toFixed(1)}`;

function totalOn(cloud: string, services: readonly ComparedService[]): Compared['totals'] {
  const there = services.map(({ service, standing, clouds }) => ({
    service,
    here: standing.monthlyMicros,
    micros: clouds.find((each) => each.cloud === cloud)?.monthlyMicros,
  }));
  const possible = there.flatMap(({ here, micros }) => (micros === undefined ? [] : [{ here, micros }]));
  if (possible.length === 0) return [];
  const monthlyMicros = possible.reduce((sum, { micros }) => sum + micros, 0);
  const here = possible.reduce((sum, each) => sum + each.here, 0);
  const missing = there.filter(({ micros }) => micros === undefined).map(({ service }) => service);
  const differenceMicros = monthlyMicros - here;
  return [{ cloud, monthlyMicros, differenceMicros, ...ratioOf(differenceMicros, { monthlyMicros: here }), missing }];
}
