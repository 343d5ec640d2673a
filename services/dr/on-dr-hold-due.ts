import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { decideHold } from './decide.ts';
import { incidentKey, watchKey } from './keys.ts';
import type { IncidentRecord, WatchRecord } from './record.ts';

/** A scope has been down, or well, for as long as it takes to believe it. */
export const onDrHoldDue = handler({
  consumer: 'dr/on-dr-hold-due',
  contract: drHoldDue,
  handle: async ({ data }, { records, now }) => {
    const key = watchKey(data.scope);
    const known = await records.get<WatchRecord>(key);
    if (known === undefined) return nothing;
    const { watch, incident, events } = decideHold(known, data, now);
    // The incident that this opens, or the one that it closes.
    const id = incident?.incident ?? known.incident;
    if (watch === known || id === undefined) return nothing;
    const before = await records.get<IncidentRecord>(incidentKey(id));
    const after = incident ?? (before === undefined ? undefined : { ...before, status: 'resolved', resolvedAt: now });
    return {
      writes: [{ key, value: watch }, ...(after === undefined ? [] : [{ key: incidentKey(id), value: after }])],
      events,
    };
  },
});
