import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { nothing } from '../../shared/pipeline/handler.ts';
import { serviceExclusionKey, type ServiceExclusionRecord } from './record.ts';

interface ServiceWord {
  readonly time: string;
  readonly dryrun?: true;
  readonly data: {
    readonly application: string;
    readonly service: string;
    readonly scope: string;
    readonly reason: string;
    readonly mode?: 'ungraceful' | 'graceful';
  };
}

/** A scope is out of use, or of use again, for one service: the newest word is kept, and its application is looked at again. */
export async function handleServiceWord(
  excluded: boolean,
  { data, time, dryrun }: ServiceWord,
  { records }: HandlerContext,
): Promise<Outcome> {
  if (dryrun) return nothing;
  const { application, service, scope, reason, mode } = data;
  const key = serviceExclusionKey(application, service, scope);
  const known = await records.get<ServiceExclusionRecord>(key);
  const since = Date.parse(time);
  if (known !== undefined && known.since >= since) return nothing;
  const value: ServiceExclusionRecord = {
    application,
    service,
    scope,
    excluded,
    ...(mode === undefined ? {} : { mode }),
    reason,
    since,
  };
  const cause = excluded ? 'target-excluded' : 'target-readmitted';
  return { writes: [{ key, value }], events: [placementReviewDue.draft({ application, cause, scope })] };
}
