import { incidentDetected } from '../../shared/contracts/incident-detected.ts';
import { incidentResolved } from '../../shared/contracts/incident-resolved.ts';
import { incidentKey, openIncidentKey } from './keys.ts';
import type { IncidentRecord } from './record.ts';
import { subjectOf } from './start.ts';
import type { Work } from './stuck.ts';

/** Evidence that one message carries. */
const shown = 20;

export async function openIncident(record: IncidentRecord, { records, sheet }: Work): Promise<void> {
  const key = incidentKey(record.incident);
  if ((await records.get(key)) !== undefined) return;
  const { incident, reason, evidence, trigger, severity } = record;
  await records.get(openIncidentKey(record.incident));
  sheet.write(openIncidentKey(record.incident), { incident: record.incident });
  sheet.write(key, record).say(
    incidentDetected.draft({
      incident,
      ...subjectOf(record),
      reason: reason.slice(0, 500),
      ...(trigger === undefined ? {} : { trigger }),
      ...(severity === undefined ? {} : { severity }),
      evidence: evidence.slice(-shown).map((each) => each.slice(0, 500)),
    }),
  );
}

export async function closeIncident(
  incident: string,
  { scope, reason }: { readonly scope: string; readonly reason: string },
  { records, sheet, now }: Work & { readonly now: number },
): Promise<void> {
  const key = incidentKey(incident);
  const known = await records.get<IncidentRecord>(key);
  if (known?.status !== 'open') return;
  await records.get(openIncidentKey(incident));
  sheet.write(openIncidentKey(incident), undefined);
  sheet
    .write(key, { ...known, status: 'resolved', resolvedAt: now } satisfies IncidentRecord)
    .say(incidentResolved.draft({ incident, scope, reason: reason.slice(0, 500) }));
}
