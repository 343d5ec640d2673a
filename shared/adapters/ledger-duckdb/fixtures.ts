import type { IngestRules } from '../../ports/ledger.ts';

/** A row of a bill as FOCUS 1.0 has it; every test says what is different. */
export const focusRow = {
  BilledCost: '1.25',
  BillingAccountId: '123456789012',
  BillingAccountName: 'payer',
  BillingCurrency: 'USD',
  BillingPeriodStart: '2026-10-01T00:00:00Z',
  BillingPeriodEnd: '2026-11-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargeClass: '',
  ChargeDescription: 'vCPU hours',
  ChargePeriodStart: '2026-10-05T03:00:00Z',
  ChargePeriodEnd: '2026-10-05T04:00:00Z',
  ContractedCost: '1.25',
  EffectiveCost: '1.00',
  InvoiceIssuerName: 'AWS',
  ListCost: '2.00',
  PricingQuantity: '1',
  PricingUnit: 'Hours',
  ProviderName: 'AWS',
  PublisherName: 'AWS',
  RegionId: 'eu-west-1',
  ServiceCategory: 'Compute',
  ServiceName: 'Amazon ECS',
  SkuId: 'SKU1',
  ResourceId: 'arn:aws:ecs:task/1',
  SubAccountId: '210987654321',
  Tags: '{"homeostasis:application":"shop","homeostasis:service":"web","team":"store"}',
};
export type FocusRow = Partial<Record<keyof typeof focusRow, string>> & Readonly<Record<string, string>>;

export function csvOf(rows: readonly FocusRow[], columns: readonly string[] = Object.keys(focusRow)): string {
  const lines = rows.map((row) => {
    const whole: Readonly<Record<string, string>> = { ...focusRow, ...row };
    return columns.map((each) => field(whole[each] ?? '')).join(',');
  });
  return `${[columns.map(field).join(','), ...lines].join('\n')}\n`;
}

const field = (value: string): string => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export const rules: IngestRules = {
  tags: {
    application: ['homeostasis:application'],
    service: ['homeostasis:service'],
    target: ['homeostasis:target'],
    team: ['team', 'homeostasis-team'],
  },
  now: Date.parse('2026-11-21T12:00:00Z'),
};
