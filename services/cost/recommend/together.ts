import { rulesOut } from './propose.ts';
import type { Proposal } from './proposal.ts';

/**
 * What each saves beside those before it, so that the sum is what all of them save together. A price that is lower by a third saves a
 * third of what is left when half has been taken away, and not a third of what there was; and nothing where a better one rules it out.
 * @param proposals of one service, the best first
 */
export function addedBy(proposals: readonly Proposal[]): readonly number[] {
  const taken: Proposal[] = [];
  let left = 1;
  return proposals.map((each) => {
    if (taken.some((other) => rulesOut(each, other))) return 0;
    const added = Math.round(each.monthlySavingMicros * left);
    taken.push(each);
    left *= shareLeft(each);
    return added;
  });
}

/** Of what the service costs now. A commitment is of a cloud, and says nothing of it. */
function shareLeft({ evidence }: Proposal): number {
  const [now, then] = ['cost.now', 'cost.proposed'].map((name) => evidence.find((each) => each.name === name)?.value);
  if (typeof now !== 'number' || typeof then !== 'number' || now <= 0) return 1;
  return Math.min(1, Math.max(0, then / now));
}
