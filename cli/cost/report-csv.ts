import { csv } from './csv.ts';
import { decimal } from './money.ts';
import type { Report } from './records.ts';
import { partsOf, type Dimension } from './report-parts.ts';

const columns = [
  'period',
  'currency',
  'key',
  'cost',
  'share',
  'shared_cost',
  'requests',
  'cost_per_million_requests',
  'effective_cost',
];

/** A part of the month a line, in every currency; amounts to the last digit. */
export function reportCsv({ period, currencies }: Report, by: Dimension): string {
  const rows = currencies.flatMap((report) =>
    partsOf(report, by).map(({ key, micros, sharedMicros, effectiveMicros, unit }) => ({
      period,
      currency: report.currency,
      key,
      cost: decimal(micros),
      share: report.totalMicros === 0 ? null : (micros / report.totalMicros).toFixed(6),
      shared_cost: decimal(sharedMicros),
      requests: unit === undefined ? null : String(unit.requests),
      cost_per_million_requests: unit === undefined ? null : decimal(unit.microsPerMillion),
      effective_cost: effectiveMicros === undefined ? null : decimal(effectiveMicros),
    })),
  );
  return csv(columns, rows);
}
