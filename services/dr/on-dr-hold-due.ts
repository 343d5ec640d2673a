import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { decideHold } from './decide.ts';
import { groundOf, isUnwell, recover, release, type Around } from './ground.ts';
import { holdResolved } from './hold-resolved.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { watchKey } from './keys.ts';
import type { WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';

/** A scope has been down, or well, for as long as it takes to believe it. */
export function onDrHoldDue(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-dr-hold-due',
    contract: drHoldDue,
    handle: async ({ data, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const around: Around = { sheet: new Sheet(), records, now, settings };
      if (data.expects === 'resolved') await holdResolved(data, around);
      else await holdHealth(data, around);
      return around.sheet.outcome();
    },
  });
}

async function holdHealth(data: Parameters<typeof decideHold>[1], around: Around): Promise<void> {
  const { records, sheet, now } = around;
  const { scope } = data;
  const key = watchKey(scope);
  const known = await records.get<WatchRecord>(key);
  if (known === undefined) return;
  const { watch, opened, closed } = decideHold(known, data, now);
  if (watch !== known) sheet.write(key, watch);
  const ground = await groundOf({ scope }, records);
  if (opened !== undefined) {
    const { incident, reason, downSince } = opened;
    await openIncident(opened, around);
    const since = Math.max(known.signAt ?? downSince, known.wellAt ?? 0);
    const cause = { trigger: 'health', mode: 'ungraceful', reason, since, detectedAt: downSince, incident } as const;
    await recover({ subject: { scope }, ...cause }, ground, around);
  }
  if (closed !== undefined) {
    const reason = `${scope} answers and is healthy again`;
    await closeIncident(closed, { scope, reason }, around);
    if (!(await isUnwell({ scope }, records, watch))) await release(ground, reason, around);
  }
}
