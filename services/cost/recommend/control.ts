import type { Draft } from '../../../shared/contracts/contract.ts';
import type { SpecChange } from '../../../shared/contracts/cost-values.ts';
import { recommendationAccepted } from '../../../shared/contracts/recommendation-accepted.ts';
import { turned } from '../../../shared/domain/spec/change.ts';
import { inHand, moved, type RecommendationRecord, type State } from './record.ts';

export interface Controlled {
  readonly record: RecommendationRecord;
  readonly events: readonly Draft[];
}

export interface Wish {
  readonly action: 'apply' | 'revert' | 'dismiss';
  readonly by: string;
  readonly reason?: string;
  readonly now: number;
}

const appliable: ReadonlySet<State> = new Set<State>(['open', 'dismissed', 'refused', 'failed', 'reverted']);
const revertible: ReadonlySet<State> = new Set<State>(['live', 'verified', 'unprofitable', 'unclear']);
const dismissible: ReadonlySet<State> = new Set<State>(['open', 'refused', 'failed', 'reverted']);

/**
 * What a person's wish does to a recommendation. What cannot be done is noted on it, with the reason: whoever asked reads it there.
 * @param others of the same service
 */
export function control(record: RecommendationRecord, others: readonly RecommendationRecord[], wish: Wish): Controlled {
  const { action, by, now } = wish;
  const refused = refusal(record, others, action);
  const noted = { ...record, control: { at: now, action, by, ...(refused === undefined ? {} : { refused }) } };
  if (refused !== undefined) return { record: noted, events: [] };
  switch (action) {
    case 'apply':
      return accept(noted, by, now);
    case 'revert':
      return revert(noted, by, now);
    case 'dismiss':
      return { record: moved(noted, 'dismissed', wish.reason ?? `dismissed by ${by}`, now), events: [] };
  }
}

function refusal(
  { id, state, change, insteadOf }: RecommendationRecord,
  others: readonly RecommendationRecord[],
  action: Wish['action'],
): string | undefined {
  const allowed = { apply: appliable, revert: revertible, dismiss: dismissible }[action];
  if (!allowed.has(state)) {
    return `it is ${state}: ${action} is possible while it is ${[...allowed].join(', ')}`;
  }
  if (action === 'dismiss') return undefined;
  if (change.length === 0) return 'a commitment is bought at the provider, not deployed: there is nothing to apply';
  const busy = others.find((each) => each.id !== id && inHand.has(each.state));
  if (busy !== undefined) return `${busy.id} is being carried out on the same service: wait until that has ended`;
  // It was made of what stood before that one: another look at it says what is left to save, or takes it off the list.
  const instead =
    action === 'apply' ? others.find((each) => each.state === 'live' && insteadOf.includes(each.id)) : undefined;
  return instead && `${instead.id} was carried out instead: the next sweep says what is left to save`;
}

export function accept(record: RecommendationRecord, by: string, now: number): Controlled {
  // What an earlier time left behind would be taken for this one's.
  const { verdict: _, liveAt: __, after: ___, disturbed: ____, generation: _____, ...kept } = record;
  const { revertGeneration: ______, previous: _______, ...fresh } = kept;
  const accepted = moved({ ...fresh, accepted: { by, at: now } }, 'accepted', `accepted by ${by}`, now);
  return { record: accepted, events: [sayAccepted(record, { direction: 'apply', change: record.change, by })] };
}

function revert(record: RecommendationRecord, by: string, now: number): Controlled {
  const change = turned(record.change);
  const { revertGeneration: _, ...kept } = record;
  return {
    record: moved({ ...kept, previous: record.state }, 'reverting', `taken back by ${by}`, now),
    events: [sayAccepted(record, { direction: 'revert', change, by })],
  };
}

interface Accepting {
  readonly direction: 'apply' | 'revert';
  readonly change: readonly SpecChange[];
  readonly by: string;
}

function sayAccepted({ id, application, service }: RecommendationRecord, { direction, change, by }: Accepting): Draft {
  return recommendationAccepted.draft({
    ...{ recommendation: id, direction, application, service },
    change: [...change],
    acceptedBy: by.slice(0, 200),
  });
}
