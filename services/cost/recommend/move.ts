import { HOURS_PER_MONTH, monthlyEgress } from '../../../shared/catalogue/index.ts';
import { cloudOf } from '../../../shared/contracts/values.ts';
import { trafficOf } from './egress.ts';
import { servingOf, type Facts, type PlacedAt, type Propose } from './facts.ts';
import { monthlyOf, oldestPrice, priceConfidence } from './monthly.ts';
import { changed, dollars, money, percent, type Risk } from './proposal.ts';

/** As placement's own: a place is kept at least this long. */
const cooldownMs = 3_600_000;
const daysOfMonth = HOURS_PER_MONTH / 24;
/** What pays only after that is a bet on today's prices. */
const longestPaybackDays = 180;

/** As many as a spec may name. */
const mostPreferred = 5;

interface Move {
  readonly from: string;
  readonly to: string;
  readonly now: number;
  readonly then: number;
  readonly trafficNow: number;
  readonly trafficThen: number;
  /** Rent of what stays where it is. */
  readonly staying: number;
  readonly oneOff: number;
}

/**
 * Another place for one of its targets: only places that passed every filter of placement, so the constraints hold there. It must be
 * cheaper by the threshold with all traffic counted, and what moving costs must come back.
 */
export const move: Propose = (facts) => {
  if (facts.now - facts.movedAt < cooldownMs || facts.service.replicas === 0) return undefined;
  const best = candidates(facts).sort((a, b) => a.then - b.then || (a.to < b.to ? -1 : 1))[0];
  if (best === undefined) return undefined;
  const { service, stated, placed, offerings, settings } = facts;
  const saving = best.now - best.then;
  const paybackDays = Number((best.oneOff / (saving / daysOfMonth)).toFixed(1));
  const least = Math.max(0, (best.now - best.staying) * settings.moveThreshold);
  if (saving <= least || paybackDays > longestPaybackDays) return undefined;
  const others = servingOf(facts).flatMap(({ target }) => (target === best.from ? [] : [target]));
  const data = dataGib(facts);
  return {
    kind: 'move',
    target: best.to,
    monthlySavingMicros: saving,
    oneOffMicros: best.oneOff,
    ...(best.oneOff > 0 ? { paybackDays } : {}),
    confidence: priceConfidence([best.from, best.to], offerings),
    risk: riskOf(facts, best),
    reason: `${service.name} costs ${percent(saving / best.now)} less on ${best.to} than on ${best.from}, traffic included; moving costs ${dollars(best.oneOff)} once and is paid back in ${paybackDays} days.${data > 0 ? ` Its ${data} GiB of volumes do not move by themselves.` : ''}`,
    evidence: [
      { name: 'from', value: best.from },
      { name: 'to', value: best.to },
      { name: 'threshold', value: settings.moveThreshold, unit: '1' },
      money('traffic.now', best.trafficNow),
      money('traffic.proposed', best.trafficThen),
      { name: 'candidates', value: facts.eligible.length },
      { name: 'standing', value: placed.length, unit: '{target}' },
      { name: 'prices.oldest', value: oldestPrice([best.from, best.to], offerings) },
      money('cost.now', best.now),
      money('cost.proposed', best.then),
    ],
    change: [changed('/prefer', stated.prefer, [best.to, ...others].slice(0, mostPreferred))],
  };
};

/** Every candidate in place of every target it serves from; those that cannot be priced are left out. */
function candidates(facts: Facts): Move[] {
  const { service, placed, offerings, eligible } = facts;
  const serving = servingOf(facts);
  const standing = new Set(placed.map(({ target }) => target));
  const rent = monthlyOf(service, placed, offerings);
  const trafficNow = trafficOf(
    facts,
    serving.map(({ target }) => target),
  );
  if (rent === undefined || trafficNow === undefined) return [];
  return eligible.flatMap(({ target: to }) => {
    if (standing.has(to)) return [];
    return serving.flatMap(({ target: from }) => {
      const after = placed.map((each): PlacedAt => (each.target === from ? { ...each, target: to } : each));
      if (!isSpread(facts, after)) return [];
      const rentThen = monthlyOf(service, after, offerings);
      const trafficThen = trafficOf(
        facts,
        servingOf({ placed: after }).map(({ target }) => target),
      );
      const oneOff = oneOffOf(facts, from, to);
      if (rentThen === undefined || trafficThen === undefined || oneOff === undefined) return [];
      const rest = placed.filter(({ target }) => target !== from);
      const staying = monthlyOf(service, rest, offerings) ?? 0;
      const traffic = { trafficNow, trafficThen };
      return [{ from, to, now: rent + trafficNow, then: rentThen + trafficThen, ...traffic, staying, oneOff }];
    });
  });
}

function isSpread({ service: { constraints } }: Facts, after: readonly PlacedAt[]): boolean {
  const serving = servingOf({ placed: after });
  const clouds = new Set(serving.map(({ target }) => cloudOf(target)));
  const regions = new Set(serving.map(({ target }) => target.slice(0, target.lastIndexOf('/'))));
  return clouds.size >= constraints.minimumClouds && regions.size >= constraints.minimumRegions;
}

/** The data of its volumes leaves once; and both places stand while the rollout runs. */
function oneOffOf(facts: Facts, from: string, to: string): number | undefined {
  const { service, offerings, placed } = facts;
  const [source, destination] = [offerings.get(from), offerings.get(to)];
  const moved = placed.filter(({ target }) => target === from).map((each) => ({ ...each, target: to }));
  const rent = monthlyOf(service, moved, offerings);
  if (source === undefined || destination === undefined || rent === undefined) return undefined;
  const gib = dataGib(facts);
  const data = gib === 0 ? { micros: 0 } : monthlyEgress(source, destination, gib);
  if ('missing' in data) return undefined;
  const { progressDeadlineSeconds, steps, stepSeconds } = service.strategy;
  const hours = Math.max(1, (progressDeadlineSeconds + steps.length * stepSeconds) / 3600);
  return Math.round(data.micros + (rent * hours) / HOURS_PER_MONTH);
}

/** Of volumes whose size nobody stated, the smallest that can be had. */
const dataGib = ({ service }: Facts): number =>
  service.volumes.reduce((sum, { sizeGib = 1, readOnly = false }) => sum + (readOnly ? 0 : sizeGib), 0);

function riskOf(facts: Facts, { from, to }: Move): Risk {
  if (dataGib(facts) > 0 || !facts.service.stateless) return 'high';
  return cloudOf(from) === cloudOf(to) && facts.service.tier !== 'critical' ? 'low' : 'medium';
}
