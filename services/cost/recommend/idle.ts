import { servingOf, type Facts, type Propose } from './facts.ts';
import { knownOf, leastDays, usedByServing, type Known } from './known.ts';
import { monthlyOf, spreadOver } from './monthly.ts';
import { changed, money, percent, type Evidence, type Risk } from './proposal.ts';
import type { Used } from './usage-record.ts';

/** A process that only waits takes about this much of its CPU, at the 99th percentile. */
const waiting = 0.03;
/** Less than this of the window known is no ground to take something away. */
const leastCoverage = 0.5;

/**
 * Nobody uses it: no request in the window (known to be none, not merely unknown) and a processor that only waits. A worker without
 * ports has no requests to go by, so its silence is trusted less.
 */
export const idle: Propose = (facts) => {
  const { service, placed, offerings, stated } = facts;
  const known = knownOf(facts);
  const used = usedByServing(facts).flat();
  if (!isQuiet(facts, known, used)) return undefined;
  const routed = service.ports.length > 0;
  const now = monthlyOf(service, placed, offerings);
  const then = monthlyOf(service, spreadOver(placed, 0), offerings);
  if (now === undefined || then === undefined || then >= now) return undefined;
  const users = facts.links.filter(({ direction }) => direction === 'in').map((link) => link.service);
  const quiet = routed ? `had no request in ${known.days} days` : `did next to nothing in ${known.days} days`;
  const needed = users.length === 0 ? '' : ` ${users.join(', ')} may still call it.`;
  return {
    kind: 'idle',
    monthlySavingMicros: now - then,
    oneOffMicros: 0,
    confidence: Number((known.coverage * (routed ? 1 : 0.7)).toFixed(3)),
    risk: riskOf(routed && users.length === 0, service.tier),
    reason: `${service.name} ${quiet} and used at most ${percent(highest(used))} of its CPU: without replicas it costs next to nothing, and it can be brought back as it was.${needed}`,
    evidence: [
      { name: 'days.known', value: known.days, unit: 'd' },
      { name: 'minutes.known', value: Number(known.coverage.toFixed(3)), unit: '1' },
      { name: 'cpu.p99', value: highest(used), unit: '1' },
      ...(routed ? [{ name: 'requests', value: 0, unit: '{request}' } satisfies Evidence] : []),
      {
        name: 'targets',
        value: servingOf(facts)
          .map(({ target }) => target)
          .join(', '),
      },
      money('cost.now', now),
      money('cost.proposed', then),
    ],
    change: [changed('/replicas', stated.replicas, 0)],
  };
};

function isQuiet({ service, settings }: Facts, known: Known, used: readonly Used[]): boolean {
  if (service.replicas === 0 || known.days < Math.min(leastDays, settings.days)) return false;
  if (known.coverage < leastCoverage || !used.every(isWaiting)) return false;
  return service.ports.length === 0 || used.every(({ requests }) => requests === 0);
}

/** Unknown is not idle. */
const isWaiting = ({ cpu }: Used): boolean => cpu !== undefined && cpu.p99 <= waiting;

const highest = (used: readonly Used[]): number => Math.max(...used.map(({ cpu }) => cpu?.p99 ?? 0));

function riskOf(certain: boolean, tier: string): Risk {
  return certain && tier !== 'critical' ? 'medium' : 'high';
}
