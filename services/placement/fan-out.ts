import type { Draft } from '../../shared/contracts/contract.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { placementFanOutDue } from '../../shared/contracts/placement-fan-out-due.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { applicationPrefix, isWanted, type ApplicationRecord } from './record.ts';

const pageSize = 50;

/** Reviews for a page of applications, and a note to go on behind it. */
export async function fanOut(
  records: Reader,
  { scope, cause, after }: { readonly scope: string; readonly cause: DecisionCause; readonly after?: string },
): Promise<Draft[]> {
  const page = await records.list<ApplicationRecord>(applicationPrefix, {
    limit: pageSize,
    ...(after === undefined ? {} : { after }),
  });
  const reviews = page.items
    .filter(({ value }) => isWanted(value))
    .map(({ value }) => placementReviewDue.draft({ application: value.application, cause, scope }));
  return page.next === undefined ? reviews : [...reviews, placementFanOutDue.draft({ scope, cause, after: page.next })];
}
