import type { ServiceRecord, Shift } from './record.ts';

/** Notes the split that is in force. One that is older than what was confirmed, or that we never commanded, says nothing. */
export function confirm(record: ServiceRecord, { sequence, routes }: Shift): ServiceRecord {
  if (sequence <= (record.confirmed?.sequence ?? 0) || sequence > record.sequence) return record;
  return { ...record, confirmed: { sequence, routes } };
}
