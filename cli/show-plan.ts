import { counted } from '../shared/domain/counted.ts';
import { dollars, paint, print, table } from './output.ts';

/** Printing of placement decisions, shared by `plan` and `explain`. */

export interface Candidate {
  readonly target: string;
  readonly scores: readonly number[];
  readonly total: number;
  readonly monthlyMicros: number;
}

export interface RejectedGroup {
  readonly filter: string;
  readonly reason: string;
  readonly targets: readonly string[];
}

interface Cost {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export interface PlannedTarget {
  readonly target: string;
  readonly role?: 'standby';
  readonly egress: Cost;
  readonly total: Cost;
}

interface PriceAge {
  readonly prices: number;
  readonly oldest?: string;
  readonly ageDays?: number;
}

export interface PlannedPrices {
  readonly embedded: PriceAge & { readonly undated: number };
  readonly lists: readonly (PriceAge & { readonly source: string })[];
}

export interface PlannedService {
  readonly service: string;
  readonly tier: string;
  readonly note: string;
  readonly targets: readonly { readonly target: string; readonly replicas: number }[];
  readonly cost: {
    readonly compute: Cost;
    readonly fixed: Cost;
    /** Absent from decisions that were made before estimates told them; so are the members below. */
    readonly egress?: Cost;
    readonly total?: Cost;
    readonly targets?: readonly PlannedTarget[];
  };
  readonly eligible?: readonly Candidate[];
  readonly rejected?: readonly RejectedGroup[];
  readonly scores?: readonly Candidate[];
  readonly candidates?: { readonly eligible: number; readonly rejected: number };
}

export interface PlanTotals {
  readonly totals: { readonly compute: Cost; readonly fixed: Cost; readonly egress: Cost; readonly total: Cost };
  readonly pricesAsOf: string;
  /** Absent from older decisions. */
  readonly prices?: PlannedPrices;
  readonly assumptions?: readonly string[];
  readonly gap: number;
}

/** One line per target: where, how good, how much, and why. */
export function printServicesTo(say: (line: string) => void, services: readonly PlannedService[]): void {
  say(table(['service', 'tier', 'target', 'score', '$/month', 'why'], services.flatMap(serviceRows)));
}

export function printServices(
  services: readonly PlannedService[],
  { candidates }: { readonly candidates: boolean },
): void {
  if (!candidates) return printServicesTo(print, services);
  for (const service of services) {
    print(`\n${paint('bold', service.service)} (${service.tier}): ${service.note}`);
    const chosen = new Map(service.targets.map(({ target, replicas }) => [target, replicas]));
    printCandidates(service.eligible ?? [], chosen);
    printRejected(service.rejected ?? []);
  }
}

/** @param chosen replicas by target */
export function printCandidates(candidates: readonly Candidate[], chosen: ReadonlyMap<string, number>): void {
  const rows = candidates.map(({ target, scores, total, monthlyMicros }) => [
    chosen.has(target) ? paint('green', `→ ${target} x${chosen.get(target)}`) : `  ${target}`,
    total.toFixed(1),
    ...scores.map((score) => score.toFixed(0)),
    dollars(monthlyMicros),
  ]);
  print(table(['  candidate', 'score', 'cost', 'performance', 'compliance', 'reliability', '$/month'], rows));
}

function serviceRows({ service, tier, targets, note, cost, scores, eligible }: PlannedService): string[][] {
  const known = scores ?? eligible ?? [];
  return targets.map(({ target, replicas }, i) => [
    i === 0 ? service : '',
    i === 0 ? tier : '',
    `${target} x${replicas}`,
    known.find((each) => each.target === target)?.total.toFixed(1) ?? '-',
    i === 0 ? dollars(cost.compute.expected + cost.fixed.expected) : '',
    i === 0 ? paint('dim', note) : '',
  ]);
}

export function printRejected(rejected: readonly RejectedGroup[]): void {
  for (const { filter, reason, targets } of rejected) {
    print(paint('dim', `  ✗ ${filter}: ${reason}`));
    print(paint('dim', `      ${targets.join(', ')}`));
  }
}

export interface PlannedLink {
  readonly from: string;
  readonly to: string;
  readonly gbPerMonth: number;
  readonly micros: number;
  /** Absent from decisions that were made before links had a latency. */
  readonly roundTripMs?: number;
  readonly latencyPoints?: number;
}

/** What each link added to the objective beside the scores of the services: its traffic's price, and that its caller waits. */
export function printLinks(links: readonly PlannedLink[]): void {
  if (links.length === 0) return;
  const rows = links.map(({ from, to, gbPerMonth, micros, roundTripMs, latencyPoints }) => [
    `${from} → ${to}`,
    String(gbPerMonth),
    dollars(micros),
    roundTripMs === undefined ? '-' : `about ${Math.round(roundTripMs)} ms`,
    latencyPoints === undefined ? '-' : `-${latencyPoints.toFixed(1)}`,
  ]);
  print();
  print(
    table(['link', 'GB/month', '$/month', 'round trip', 'score'], rows, ['GB/month', '$/month', 'round trip', 'score']),
  );
}

const range = ['low', 'expected', 'high'];

/** What each service costs a month on each of its targets, with the range of its use. */
export function printEstimates(services: readonly PlannedService[]): void {
  const rows = services.flatMap(({ service, cost: { targets = [], total, egress } }) => {
    const each = targets.map(({ target, role, ...cost }, i) =>
      estimateRow([i === 0 ? service : '', role === undefined ? target : `${target} (${role})`], cost),
    );
    if (targets.length < 2 || total === undefined || egress === undefined) return each;
    return [...each, estimateRow(['', paint('dim', 'together')], { total, egress })];
  });
  if (rows.length === 0) return;
  print();
  print(table(['a month', 'target', ...range, 'of it traffic'], rows, [...range, 'of it traffic']));
}

function estimateRow(
  [service, target]: readonly [string, string],
  { total, egress }: { readonly total: Cost; readonly egress: Cost },
): string[] {
  return [service, target, dollars(total.low), dollars(total.expected), dollars(total.high), dollars(egress.expected)];
}

/** Where the prices used come from, and how old they are; many sources do not state it. */
export function agedPrices({ pricesAsOf, prices }: Pick<PlanTotals, 'pricesAsOf' | 'prices'>): string {
  if (prices === undefined) {
    return pricesAsOf === 'undated' ? 'no source of a price states its date' : `oldest dated price ${pricesAsOf}`;
  }
  const { embedded, lists } = prices;
  const undated = embedded.undated === 0 ? '' : `, ${embedded.undated} of ${embedded.prices} without a date`;
  const own = embedded.prices === 0 ? [] : [`embedded catalogue${oldest(embedded)}${undated}`];
  const parts = [...own, ...lists.map((list) => `${list.source}${oldest(list)}`)];
  return parts.length === 0 ? 'no prices were needed' : `prices: ${parts.join('; ')}`;
}

function oldest({ oldest: day, ageDays }: PriceAge): string {
  return day === undefined || ageDays === undefined ? '' : `, oldest price ${day}, ${counted(ageDays, 'day')}`;
}

export function printTotals({ totals, gap, ...priced }: PlanTotals): void {
  const rows = (['compute', 'fixed', 'egress', 'total'] as const).map((part) => [
    part,
    dollars(totals[part].low),
    dollars(totals[part].expected),
    dollars(totals[part].high),
  ]);
  print();
  print(table(['a month', ...range], rows, range));
  for (const each of priced.assumptions ?? []) print(paint('dim', `  assumed: ${each}`));
  print(paint('dim', agedPrices(priced)));
  const proven = (gap * 100).toFixed(2);
  print(paint('dim', `free grants of the accounts are not subtracted; at most ${proven} % from the proven optimum`));
}
