import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { answers, concludeFrom } from './conclude.ts';
import { decideHold } from './decide.ts';
import { groundOf, isUnwell, recover, type Around } from './ground.ts';
import { holdResolved } from './hold-resolved.ts';
import { closeIncident, openIncident } from './incidents.ts';
import { watchKey } from './keys.ts';
import type { IncidentRecord, WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import { signOf } from './whole-cloud.ts';
import { release } from './release.ts';

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
  if (opened !== undefined) await isLost(watch, opened, around);
  if (closed !== undefined) {
    const reason = `${scope} answers and is healthy again`;
    await closeIncident(closed, { scope, reason }, around);
    if (!(await isUnwell({ scope }, records, watch))) await release(await groundOf({ scope }, records), reason, around);
    await answers(scope, around);
  }
}

/** With its whole cloud, or by itself. */
async function isLost(watch: WatchRecord, opened: IncidentRecord, around: Around): Promise<void> {
  const { scope, incident, reason, downSince, evidence } = opened;
  const { taken, told } = await concludeFrom(watch, around, true);
  await openIncident(told === undefined ? opened : { ...opened, evidence: [...evidence, told] }, around);
  if (taken) return;
  const cause = { trigger: 'health', mode: 'ungraceful', reason, detectedAt: downSince, incident } as const;
  await recover(
    { subject: { scope }, since: signOf(watch), ...cause },
    await groundOf({ scope }, around.records),
    around,
  );
}
