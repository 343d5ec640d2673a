import type { RecommendationKind } from '../../../shared/contracts/cost-values.ts';
import { arm } from './arm.ts';
import type { Facts, Propose } from './facts.ts';
import { idle } from './idle.ts';
import { move } from './move.ts';
import type { Proposal, Risk } from './proposal.ts';
import { rightsize } from './rightsize.ts';
import { scaleSchedule } from './scale-schedule.ts';
import { spot } from './spot.ts';

/** Of services; commitments are of whole clouds. */
const proposers: Readonly<Record<Exclude<RecommendationKind, 'commitment'>, Propose>> = {
  rightsize,
  idle,
  'scale-schedule': scaleSchedule,
  spot,
  arm,
  move,
};

/** Less sure than this is a guess, and not told. */
const leastConfidence = 0.3;

/** What could cost less about one service, the best first: saving times confidence, less where there is risk. */
export function proposalsFor(facts: Facts): readonly Proposal[] {
  return Object.entries(proposers)
    .filter(([kind]) => facts.settings.kinds.includes(kind as RecommendationKind))
    .flatMap(([, propose]) => propose(facts) ?? [])
    .filter((each) => isWorthTelling(each, facts.settings))
    .sort((a, b) => worth(b) - worth(a) || (a.kind < b.kind ? -1 : 1));
}

export function isWorthTelling(
  { monthlySavingMicros, confidence }: Proposal,
  { minimumMonthlySaving }: Facts['settings'],
): boolean {
  return monthlySavingMicros >= minimumMonthlySaving * 1e6 && confidence >= leastConfidence;
}

const caution = { low: 1, medium: 0.8, high: 0.5 } as const satisfies Record<Risk, number>;

export const worth = ({ monthlySavingMicros, confidence, risk }: Proposal): number =>
  monthlySavingMicros * confidence * caution[risk];

/**
 * Whether one rules the other out: they change the same field, one takes away what the other changes, or the saving of one rests on
 * what the other changes (a price of interruptible capacity on another processor, the price of the place).
 */
export function rulesOut(a: Proposal, b: Proposal): boolean {
  if (a.change.length === 0 || b.change.length === 0) return false;
  if (a.kind === 'idle' || b.kind === 'idle') return true;
  if (a.change.some(({ path }) => b.change.some((other) => other.path === path))) return true;
  return pairs.some(([one, other]) => (a.kind === one && b.kind === other) || (a.kind === other && b.kind === one));
}

const pairs: readonly (readonly [RecommendationKind, RecommendationKind])[] = [
  ['spot', 'arm'],
  ['move', 'spot'],
  ['move', 'arm'],
  // Both answer the same slack: the count at night, and the count or size all day.
  ['rightsize', 'scale-schedule'],
];
