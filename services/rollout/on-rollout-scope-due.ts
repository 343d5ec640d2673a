import type { Draft } from '../../shared/contracts/contract.ts';
import { rolloutScopeDue } from '../../shared/contracts/rollout-scope-due.ts';
import { covers } from '../../shared/domain/target.ts';
import { handler, type Change, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import { advance } from './decide.ts';
import { hasFailed } from './decide-rollout.ts';
import { readExcluded } from './exclusions.ts';
import { isServiceKey, rolloutKey, rolloutPrefix, type RolloutRecord, type ServiceRecord } from './record.ts';
import { budget, type RolloutSettings } from './settings.ts';

/** One page of services after an exclusion changed; the next page follows by the same note. */
export function onRolloutScopeDue({ scopePage }: RolloutSettings): Handler {
  return handler({
    consumer: 'rollout/on-rollout-scope-due',
    contract: rolloutScopeDue,
    handle: async ({ data: { scope, after } }, { records }) => {
      const page = await records.list<ServiceRecord>(rolloutPrefix, {
        limit: scopePage,
        ...(after === '' ? {} : { after }),
      });
      const excluded = await readExcluded(records);
      const writes: Change[] = [];
      const events: Draft[] = [];
      let next = page.next;
      let last = after;
      for (const { key, value } of page.items) {
        if (isServiceKey(key) && stands(value, scope)) {
          const failed = hasFailed(await rolloutOf(value, records), value);
          const decided = advance(value, { excluded, failed, exclusion: true });
          if (writes.length + events.length + 1 + decided.events.length > budget) {
            next = last;
            break;
          }
          // Written even when nothing changes: a fact that is being decided on the old exclusions must be decided again.
          writes.push({ key, value: decided.record });
          events.push(...decided.events);
        }
        last = key;
      }
      const rest = next === undefined ? [] : [rolloutScopeDue.draft({ scope, after: next })];
      return { writes, events: [...events, ...rest] };
    },
  });
}

function stands({ targets }: ServiceRecord, scope: string): boolean {
  return Object.keys(targets).some((target) => covers(scope, target));
}

function rolloutOf({ application }: ServiceRecord, records: Reader): Promise<RolloutRecord | undefined> {
  return records.get<RolloutRecord>(rolloutKey(application));
}
