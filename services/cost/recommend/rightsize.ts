import { fitSize, type Size } from '../../../shared/catalogue/index.ts';
import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';
import { servingOf, type Facts, type Propose } from './facts.ts';
import { confidenceOf, crowding, knownOf, leastDays } from './known.ts';
import { monthlyOf, oldestPrice, spreadOver } from './monthly.ts';
import { changed, money, percent, riskier, type Evidence, type Proposal, type Risk } from './proposal.ts';
import { isShared, replicaFloor } from './replica-floor.ts';

/** What one replica used at most, in fixed units; undefined: not known. */
interface Need {
  readonly cpuP99?: number;
  readonly cpuMax?: number;
  readonly memoryMax?: number;
  /** Of each day, for steadiness. */
  readonly daily: readonly number[];
}

interface Option {
  readonly service: NormalizedService;
  readonly cost: number;
}

/** Sizes are asked for in these steps: finer ones pretend to know the future. */
const cpuStep = 50;
const memoryStep = 64;

/**
 * The cheapest size and count that hold what was used: CPU by its 99th percentile, memory by its peak (a process that runs out of it
 * dies, one that runs out of CPU waits), both with the configured head-room left free, in sizes that every runtime it stands on has.
 */
export const rightsize: Propose = (facts) => {
  const { service, placed, offerings, settings } = facts;
  const known = knownOf(facts);
  if (known.days < Math.min(leastDays, settings.days) || service.replicas === 0) return undefined;
  const need = needOf(facts);
  const now = monthlyOf(service, placed, offerings);
  if (need === undefined || now === undefined) return undefined;
  const best = options(facts, need).reduce<Option | undefined>(cheaper, undefined);
  if (best === undefined || best.cost >= now) return undefined;
  const above = peakAbove(need, service, best.service);
  const fewer = best.service.replicas < service.replicas;
  return {
    kind: 'rightsize',
    ...only(servingOf(facts).map(({ target }) => target)),
    monthlySavingMicros: now - best.cost,
    oneOffMicros: 0,
    confidence: confidenceOf(known, need.daily),
    risk: riskOf(service, { above, fewer }),
    reason: reasonOf(facts, best.service, { need, above }),
    evidence: [...evidenceOf(facts, need, best.service), money('cost.now', now), money('cost.proposed', best.cost)],
    change: changesOf(facts, best.service),
  };
};

const cheaper = (best: Option | undefined, each: Option): Option =>
  best === undefined || each.cost < best.cost ? each : best;

/** Fewest changes first, so that of equally cheap ones the one that changes least is taken. */
function options(facts: Facts, need: Need): readonly Option[] {
  const { service, stated } = facts;
  const floor = isShared(service) && stated.schedule === undefined ? replicaFloor(service) : service.replicas;
  const counts = Array.from(
    { length: Math.max(1, service.replicas - floor + 1) },
    (_, less) => service.replicas - less,
  );
  return counts.flatMap((replicas) => optionOf(facts, need, replicas) ?? []);
}

function optionOf(facts: Facts, need: Need, replicas: number): Option | undefined {
  const { service, placed, offerings, settings } = facts;
  const free = 1 - settings.headroom;
  const more = service.replicas / replicas;
  const wanted: Size = {
    cpuMillicores:
      need.cpuP99 === undefined ? service.cpuMillicores * more : upTo((need.cpuP99 * more) / free, cpuStep),
    memoryMib: need.memoryMax === undefined ? service.memoryMib : upTo(need.memoryMax / free, memoryStep),
  };
  const fits = servingOf(facts).map(({ target }) => {
    const offering = offerings.get(target);
    return offering === undefined ? undefined : fitSize(offering, wanted);
  });
  const sizes = fits.flatMap((fit) => (fit?.fits === true ? [fit.size] : []));
  if (sizes.length < fits.length || sizes.length === 0) return undefined;
  // What the least of them rounds it up to: the others round it up further by themselves.
  const size = {
    cpuMillicores: Math.min(...sizes.map(({ cpuMillicores }) => cpuMillicores)),
    memoryMib: Math.min(...sizes.map(({ memoryMib }) => memoryMib)),
  };
  const resized = { ...service, ...size, replicas };
  const standing = replicas === service.replicas ? placed : spreadOver(placed, replicas);
  const cost = monthlyOf(resized, standing, offerings);
  return cost === undefined ? undefined : { service: resized, cost };
}

const upTo = (value: number, step: number): number => Math.max(step, Math.ceil(value / step) * step);

/**
 * Shares of what each target has, in thousandths of a vCPU and MiB: the highest of all days and targets, for as many replicas as stand
 * now.
 */
function needOf(facts: Facts): Need | undefined {
  // By the clock the count is another each hour, and the day's mean says nothing of the hour that was measured.
  const shared = isShared(facts.service) && facts.stated.schedule === undefined;
  const used = servingOf(facts).flatMap(({ target, cpuMillicores: own, memoryMib, replicas }) =>
    facts.days.flatMap(({ targets }) => {
      const day = targets.get(target);
      if (day === undefined) return [];
      return [{ ...day, cpuMillicores: own * (shared ? crowding(day, { replicas }) : 1), memoryMib }];
    }),
  );
  const p99 = used.flatMap(({ cpu, cpuMillicores }) => (cpu === undefined ? [] : [cpu.p99 * cpuMillicores]));
  const peaks = used.flatMap(({ cpu, cpuMillicores }) => (cpu === undefined ? [] : [cpu.max * cpuMillicores]));
  const memory = used.flatMap((each) => (each.memory === undefined ? [] : [each.memory.max * each.memoryMib]));
  if (p99.length === 0 && memory.length === 0) return undefined;
  return {
    ...(p99.length === 0 ? {} : { cpuP99: Math.max(...p99), cpuMax: Math.max(...peaks) }),
    ...(memory.length === 0 ? {} : { memoryMax: Math.max(...memory) }),
    daily: p99.length === 0 ? memory : p99,
  };
}

/** The highest minute needs more CPU than it would have. */
function peakAbove({ cpuMax }: Need, now: NormalizedService, then: NormalizedService): boolean {
  return cpuMax !== undefined && (cpuMax * now.replicas) / then.replicas > then.cpuMillicores;
}

function riskOf(
  { tier }: NormalizedService,
  { above, fewer }: { readonly above: boolean; readonly fewer: boolean },
): Risk {
  const own = above || fewer ? 'medium' : 'low';
  return tier === 'critical' ? riskier(own, 'medium') : own;
}

const spell = ({ cpuMillicores, memoryMib, replicas }: NormalizedService): string =>
  `${replicas} × ${cpuMillicores}m and ${memoryMib}Mi`;

function reasonOf(
  { service, settings, days }: Facts,
  then: NormalizedService,
  { need, above }: { readonly need: Need; readonly above: boolean },
): string {
  const used = [
    ...(need.cpuP99 === undefined ? [] : [`${Math.round(need.cpuP99)}m CPU (99th percentile)`]),
    ...(need.memoryMax === undefined ? [] : [`${Math.round(need.memoryMax)}Mi memory (peak)`]),
  ].join(' and ');
  const room = `${percent(settings.headroom)} head-room`;
  const peak = above
    ? ` Its highest minute took ${Math.round(need.cpuMax ?? 0)}m CPU, more than it would have: it would wait then.`
    : '';
  const lead = `${service.name} has ${spell(service)} and a replica used ${used} in ${days.length} days`;
  return `${lead}; ${spell(then)} leaves ${room}.${peak}`;
}

function evidenceOf(facts: Facts, need: Need, then: NormalizedService): Evidence[] {
  const { service, settings, offerings } = facts;
  const { days, coverage } = knownOf(facts);
  const cpu = (name: string, value: number | undefined): Evidence[] =>
    value === undefined ? [] : [{ name, value: Math.round(value), unit: 'millicores' }];
  return [
    { name: 'days.known', value: days, unit: 'd' },
    { name: 'minutes.known', value: Number(coverage.toFixed(3)), unit: '1' },
    ...cpu('cpu.p99', need.cpuP99),
    ...cpu('cpu.max', need.cpuMax),
    ...(need.memoryMax === undefined ? [] : [{ name: 'memory.max', value: Math.round(need.memoryMax), unit: 'MiB' }]),
    { name: 'headroom', value: settings.headroom, unit: '1' },
    { name: 'size.now', value: spell(service) },
    { name: 'size.proposed', value: spell(then) },
    {
      name: 'prices.oldest',
      value: oldestPrice(
        servingOf(facts).map(({ target }) => target),
        offerings,
      ),
    },
  ];
}

function changesOf({ service, stated }: Facts, then: NormalizedService): Proposal['change'] {
  const cpu = then.cpuMillicores !== service.cpuMillicores;
  const memory = then.memoryMib !== service.memoryMib;
  return [
    ...(cpu ? [changed('/resources/cpu', stated.resources?.cpu, `${then.cpuMillicores}m`)] : []),
    ...(memory ? [changed('/resources/memory', stated.resources?.memory, `${then.memoryMib}Mi`)] : []),
    ...(then.replicas === service.replicas ? [] : [changed('/replicas', stated.replicas, then.replicas)]),
  ];
}

const only = (targets: readonly string[]): { readonly target?: string } =>
  targets.length === 1 && targets[0] !== undefined ? { target: targets[0] } : {};
