import { servingOf, type Propose } from './facts.ts';
import { monthlyOf, oldestPrice, priceConfidence } from './monthly.ts';
import { changed, money, percent } from './proposal.ts';

/**
 * Capacity that may be taken away costs less: for what keeps nothing, has a second replica, and is not critical, where the runtime has
 * a price for it.
 */
export const spot: Propose = (facts) => {
  const { service, placed, offerings, stated } = facts;
  if (service.spot || !service.stateless || service.tier === 'critical' || service.replicas < 2) return undefined;
  const targets = servingOf(facts).map(({ target }) => target);
  const willing = targets.filter((target) => offerings.get(target)?.capabilities.value.spot === true);
  const now = monthlyOf(service, placed, offerings);
  const then = monthlyOf({ ...service, spot: true }, placed, offerings);
  if (willing.length === 0 || now === undefined || then === undefined || then >= now) return undefined;
  return {
    kind: 'spot',
    monthlySavingMicros: now - then,
    oneOffMicros: 0,
    confidence: priceConfidence(willing, offerings),
    risk: service.tier === 'best-effort' ? 'low' : 'medium',
    reason: `${service.name} keeps nothing and has ${service.replicas} replicas: interruptible capacity on ${willing.join(', ')} costs ${percent((now - then) / now)} less. The provider may take replicas away at two minutes' notice or less; others take over, and where there is no such capacity it waits or costs what it does now.`,
    evidence: [
      { name: 'replicas', value: service.replicas, unit: '{replica}' },
      { name: 'tier', value: service.tier },
      { name: 'prices.oldest', value: oldestPrice(willing, offerings) },
      money('cost.now', now),
      money('cost.proposed', then),
    ],
    change: [changed('/spot', stated.spot, true)],
  };
};
