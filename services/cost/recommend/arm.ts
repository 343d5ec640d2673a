import type { Offering } from '../../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';
import { servingOf, type Propose } from './facts.ts';
import { monthlyOf, oldestPrice, priceConfidence } from './monthly.ts';
import { changed, money, percent } from './proposal.ts';

/** The same work on ARM processors, where every place it stands has them at a price. Nobody here can see whether the image runs there. */
export const arm: Propose = (facts) => {
  const { service, placed, offerings, stated } = facts;
  const targets = placed.map(({ target }) => target);
  if (!isFree(service) || !targets.every((target) => canArm(offerings.get(target)))) return undefined;
  const now = monthlyOf(service, placed, offerings);
  const then = monthlyOf(onArm(service), placed, offerings);
  if (now === undefined || then === undefined || then >= now) return undefined;
  return {
    kind: 'arm',
    monthlySavingMicros: now - then,
    oneOffMicros: 0,
    confidence: Number((priceConfidence(targets, offerings) * imageTrust).toFixed(3)),
    risk: service.tier === 'critical' ? 'high' : 'medium',
    reason: `ARM capacity where ${service.name} stands costs ${percent((now - then) / now)} less for the same size. The image ${service.image} must be built for linux/arm64 too: whether it is cannot be seen from here; if not, it does not start, and the rollout goes back by itself.`,
    evidence: [
      { name: 'image', value: service.image.slice(0, 500) },
      {
        name: 'targets',
        value: servingOf(facts)
          .map(({ target }) => target)
          .join(', '),
      },
      { name: 'prices.oldest', value: oldestPrice(targets, offerings) },
      money('cost.now', now),
      money('cost.proposed', then),
    ],
    change: [changed('/constraints/nodes/architecture', stated.constraints?.nodes?.architecture, 'arm64')],
  };
};

const isFree = ({ constraints, replicas }: NormalizedService): boolean =>
  replicas > 0 && constraints.nodes?.architecture === undefined;
const canArm = (offering: Offering | undefined): boolean => offering?.capabilities.value.arm64 === true;

/** Most images of today are built for both; that is a guess. */
const imageTrust = 0.7;

const onArm = (service: NormalizedService): NormalizedService => ({
  ...service,
  constraints: { ...service.constraints, nodes: { ...service.constraints.nodes, architecture: 'arm64' } },
});
