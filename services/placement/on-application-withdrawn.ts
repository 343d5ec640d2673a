import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { isDecided, withDecided } from './decided.ts';
import { refusal } from './reject.ts';
import { paginate } from './pages.ts';
import { applicationKey, isWanted, type ApplicationRecord } from './record.ts';
import { loadState } from './state.ts';

/** Nothing of the application is wanted any more: a generation in which every service is removed. */
export const onApplicationWithdrawn = handler({
  consumer: 'placement/on-application-withdrawn',
  contract: applicationWithdrawn,
  handle: async (event, { records, documents, now }) => {
    const { data } = event;
    const { application: record, current } = await loadState(records, data.application);
    if (isDecided(record, event)) return nothing;
    if (!isWanted(record)) {
      const message = `there is no application ${data.application} to remove`;
      const why = { cause: 'withdrawn', reason: 'UnknownApplication', message, services: [] } as const;
      return refusal(data.application, record, { ...why, services: [] }, now);
    }
    const generation = record.generation + 1;
    const removed = [...current.keys()].sort();
    const { pages, commandPages } = paginate([], removed);
    const refs = await Promise.all(pages.map((page) => documents.put(page)));
    const decision = await documents.put({
      application: data.application,
      generation,
      removed,
      pages: refs,
      commandPages,
    });
    const { retry: _void, scheduled: _never, byHand: _gone, ...rest } = record;
    const value: ApplicationRecord = {
      ...rest,
      generation,
      decision,
      status: 'withdrawn',
      cause: 'withdrawn',
      services: 0,
      reviewOwed: false,
      decided: withDecided(record, event),
      decidedAt: now,
    };
    return {
      writes: [{ key: applicationKey(data.application), value }],
      events: [
        placementPageDue.draft({
          application: data.application,
          generation,
          cause: 'withdrawn',
          page: 1,
          pages: commandPages,
          decision,
        }),
      ],
    };
  },
});
