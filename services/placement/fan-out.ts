import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { placementFanOutDue } from '../../shared/contracts/placement-fan-out-due.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { covers } from '../../shared/domain/target.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { applicationPrefix, isWanted, type ApplicationRecord } from './record.ts';
import { tierOrder } from './tiers.ts';

/** Reviews that one transaction asks for, and applications it looks at to find them. */
const mostReviews = 60;
const mostRead = 1000;

export type FanOut = Omit<DataOf<typeof placementFanOutDue>, 'after'> & { readonly after?: string };

/**
 * Reviews for the applications that a changed scope concerns, and a note to go on behind them. After an exclusion those in which a
 * critical service lost its place come first, all of them, then those with a standard one, then the rest.
 */
export async function fanOut(records: Reader, from: FanOut): Promise<Draft[]> {
  const reviews: Draft[] = [];
  let next: FanOut | undefined = inTiers(from) ? { ...from, tier: from.tier ?? 'critical' } : from;
  for (let read = 0; next !== undefined && reviews.length < mostReviews && read < mostRead;) {
    const page: Looked = await look(records, next, mostReviews - reviews.length);
    reviews.push(...page.reviews);
    read += page.read;
    next = page.next;
    // The reviews of one tier are carried out before those of the next are even asked for.
    if (page.last && reviews.length > 0) break;
  }
  return next === undefined ? reviews : [...reviews, placementFanOutDue.draft({ ...next, after: next.after ?? '' })];
}

interface Looked {
  readonly reviews: readonly Draft[];
  readonly read: number;
  /** The last page of its tier. */
  readonly last: boolean;
  readonly next: FanOut | undefined;
}

async function look(records: Reader, at: FanOut, limit: number): Promise<Looked> {
  const { after = '' } = at;
  const page = await records.list<ApplicationRecord>(applicationPrefix, { limit, ...(after === '' ? {} : { after }) });
  const found = page.items.filter(({ value }) => isConcerned(value, at)).map(({ value }) => reviewOf(value, at));
  return {
    reviews: found,
    read: page.items.length,
    last: page.next === undefined,
    next: page.next === undefined ? nextTier(at) : { ...at, after: page.next },
  };
}

/** A dry run changes nothing, so nothing in it is more urgent than the rest; and what is regained has been waiting anyway. */
const inTiers = ({ cause, drill }: FanOut): boolean => cause === 'target-excluded' && drill === undefined;

function nextTier({ after: _after, tier, ...from }: FanOut): FanOut | undefined {
  const next = tier === undefined ? undefined : tierOrder[tierOrder.indexOf(tier) + 1];
  return next === undefined ? undefined : { ...from, tier: next };
}

function reviewOf({ application }: ApplicationRecord, { scope, cause, drill }: FanOut): Draft {
  return placementReviewDue.draft({ application, cause, scope, ...(drill === undefined ? {} : { drill }) });
}

function isConcerned(record: ApplicationRecord, { scope, cause, tier }: FanOut): boolean {
  if (!isWanted(record)) return false;
  if (cause === 'target-readmitted') return record.reviewOwed;
  // Of an older record nothing is known: its review finds out, in the middle.
  const highest = record.stands === undefined ? 'standard' : highestIn(record.stands, scope);
  return highest !== undefined && (tier === undefined || tier === highest);
}

/** The most important tier that stands in the scope; a scope may also be narrower than a region. */
function highestIn(stands: Readonly<Record<string, Tier>>, scope: string): Tier | undefined {
  const there = Object.entries(stands).flatMap(([region, tier]) =>
    covers(scope, region) || covers(region, scope) ? [tier] : [],
  );
  return tierOrder.find((tier) => there.includes(tier));
}
