import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { applicationKey, ledgerKey, usageKey, type ApplicationRecord } from './record.ts';
import { combine, loadState } from './state.ts';

/** The generation runs: it is the one to return to from now on. Of a withdrawn application only its number is kept. */
export const onRolloutCompleted = handler({
  consumer: 'placement/on-rollout-completed',
  contract: rolloutCompleted,
  handle: async ({ data }, { records }) => {
    const key = applicationKey(data.application);
    const record = await records.get<ApplicationRecord>(key);
    if (record?.generation !== data.generation) return nothing;
    if (record.status === 'withdrawn') {
      const { ledger, own } = await loadState(records, data.application);
      return {
        writes: [
          { key, value: { ...withoutHistory(record), status: 'removed' } satisfies ApplicationRecord },
          { key: usageKey(data.application), value: undefined },
          { key: ledgerKey, value: { loads: combine(ledger, own, -1) } },
        ],
      };
    }
    const { generation, spec, decision } = record;
    const { rejection, retry, ...rest } = record;
    // What was wished for last is still not what runs.
    const owed = record.cause === 'rolled-back' && rejection !== undefined ? { rejection } : {};
    // Ground was lost under it while it rolled out, and it, or what found no place, still has to move: the next try stands.
    const moves =
      record.status !== 'failed' && retry?.at !== undefined
        ? { retry, ...(rejection === undefined ? {} : { rejection }) }
        : {};
    const value: ApplicationRecord = {
      ...rest,
      ...owed,
      ...moves,
      status: 'running',
      attempts: 0,
      lastGood: { generation, spec, decision },
    };
    return { writes: [{ key, value }] };
  },
});

/** A spec that comes later under this name is a new beginning, with nothing to return to. */
function withoutHistory(record: ApplicationRecord): ApplicationRecord {
  const { lastGood: _past, rejection: _settled, retry: _void, ...rest } = record;
  return { ...rest, avoid: {}, attempts: 0 };
}
