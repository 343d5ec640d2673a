import type { Meaning } from './focus-columns.ts';
import { columns } from './focus-columns.ts';

/** One thing that must not be so, as a condition over the columns of row.ts (or, for `group`, over those that rows are grouped by). */
export interface Check {
  readonly meaning: Meaning;
  readonly when: string;
  /** What a problem says of the value that is shown. */
  readonly message: string;
  /** SQL of the value to show. */
  readonly shows: string;
}

/** More than this in one row is a slip of the decimal point. */
const mostUnits = 1_000_000_000;

const costs = ['billed', 'effective', 'contracted', 'list'] as const;

/** Over single rows. While the file is read they are only counted or ored, as `suspect` says; which row it is, is asked afterwards. */
export const rowChecks: readonly Check[] = [
  {
    meaning: 'billed',
    when: 'NOT billed_there',
    message: 'is empty; every row has an amount, if only 0',
    shows: 'NULL',
  },
  ...costs.flatMap((cost): Check[] => [
    {
      meaning: cost,
      when: `${cost}_there AND ${cost} IS NULL`,
      message: 'is not an amount: digits, with a decimal point and without a currency',
      shows: `${cost}_text`,
    },
    {
      meaning: cost,
      when: `coalesce(abs(${cost}) > ${mostUnits}, false)`,
      message: `is more than ${mostUnits} in one row: is the decimal point where it belongs?`,
      shows: `${cost}_text`,
    },
  ]),
  {
    meaning: 'billed',
    when: `coalesce(billed < 0 AND category IN ('Usage', 'Purchase') AND class IS DISTINCT FROM 'Correction', false)`,
    message: 'is negative, in a row that is neither a Credit, an Adjustment nor a Correction',
    shows: 'billed_text',
  },
  {
    meaning: 'chargeEnd',
    when: 'charge_end IS NULL',
    message: 'is not a time; FOCUS writes 2026-10-01T00:00:00Z',
    shows: 'NULL',
  },
  {
    meaning: 'chargeEnd',
    when: 'coalesce(charge_end < charge_start, false)',
    message: 'is before ChargePeriodStart',
    shows: 'CAST(charge_end AS VARCHAR)',
  },
];

/** Over groups, whether one of their rows may have something of the above. */
export const suspect = [
  'ill_timed',
  'amounts < read_rows',
  'unread',
  ...costs.map((cost) => `coalesce(abs(${cost}) > ${mostUnits}, false)`),
  `(negative AND category IN ('Usage', 'Purchase') AND class IS DISTINCT FROM 'Correction')`,
].join(' OR ');

const categories = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'] as const;
const empty = (meaning: Meaning, column: string): Check => ({
  meaning,
  when: `${column} IS NULL`,
  message: 'is empty',
  shows: 'NULL',
});

/** Over what rows are grouped by: asked of the groups, which are few. `day` is the day of the charge. */
export function groupChecks(tomorrow: string): readonly Check[] {
  return [
    empty('account', 'account'),
    empty('provider', 'provider'),
    {
      meaning: 'currency',
      when: `NOT coalesce(regexp_full_match(currency, '[A-Z]{3}'), false)`,
      message: 'is not a currency of ISO 4217, for example USD',
      shows: 'currency',
    },
    {
      meaning: 'category',
      when: `NOT coalesce(category IN (${categories.map((each) => `'${each}'`).join(', ')}), false)`,
      message: `is not one of ${categories.join(', ')}`,
      shows: 'category',
    },
    { ...empty('chargeStart', 'day'), message: 'is not a time; FOCUS writes 2026-10-01T00:00:00Z' },
    { ...empty('periodStart', 'period_start'), message: 'is not a time; FOCUS writes 2026-10-01T00:00:00Z' },
    { ...empty('periodEnd', 'period_end'), message: 'is not a time; FOCUS writes 2026-10-01T00:00:00Z' },
    {
      meaning: 'periodEnd',
      when: 'coalesce(period_end <= period_start, false)',
      message: 'is not after BillingPeriodStart',
      shows: 'CAST(period_end AS VARCHAR)',
    },
    {
      meaning: 'chargeStart',
      when: `coalesce(day > DATE '${tomorrow}', false)`,
      message: `is in the future: nothing can have been charged after ${tomorrow}`,
      shows: 'CAST(day AS VARCHAR)',
    },
    {
      meaning: 'chargeStart',
      when: `coalesce(category = 'Usage' AND class IS DISTINCT FROM 'Correction' AND
        (day < CAST(period_start AS DATE) OR day >= CAST(period_end AS DATE)), false)`,
      message: 'lies outside the billing period, in a row that is no Correction',
      shows: 'CAST(day AS VARCHAR)',
    },
  ];
}

export const nameOf = (meaning: Meaning): string => columns[meaning].names[0];
export const any = (checks: readonly Check[]): string => checks.map(({ when }) => `(${when})`).join(' OR ');
