import { regions } from '../../../shared/catalogue/index.ts';
import { cloudOf } from '../../../shared/contracts/values.ts';
import { dayName, daysOf } from '../../../shared/domain/calendar.ts';
import { decimal } from '../../../shared/domain/decimal.ts';
import { share } from '../bills/share.ts';
import type { EstimateRecord } from '../estimates/record.ts';

/**
 * What we expect a service to cost, as rows of FOCUS 1.2: a day on a target each, so that tools that read bills read estimates too. It is
 * no bill: the issuer is the cloud (an estimate has none other), the billing account says what it is, and `x_Estimated` says so again.
 */
export type FocusRow = Readonly<Record<(typeof focusColumns)[number], string | null>>;

export const focusColumns = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ResourceId',
  'ResourceName',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'Tags',
  'x_Estimated',
] as const;

const hoursPerMonth = 730;
const hourMs = 3_600_000;
const providers: Readonly<Record<string, string>> = { aws: 'AWS', azure: 'Microsoft', gcp: 'Google Cloud' };
const runtimes: Readonly<Record<string, string>> = {
  fargate: 'Amazon ECS on AWS Fargate',
  'container-apps': 'Azure Container Apps',
  'container-instances': 'Azure Container Instances',
  'cloud-run': 'Google Cloud Run',
};

/** Every day of the month that has begun by now, on every target where something was expected. Pure. */
export function focusRows(record: EstimateRecord, month: string, now: number): readonly FocusRow[] {
  const { from, to } = daysOf(month);
  const rows: FocusRow[] = [];
  for (let day = from; day < to; day++) {
    const begin = day * 24 * hourMs;
    if (begin > now) break;
    for (const [target, { hours, micros }] of onDay(record, begin))
      rows.push(rowOf(record, { target, hours, micros, day, month }));
  }
  return rows;
}

interface Charge {
  readonly hours: number;
  readonly micros: number;
}

/** Rounded once for the day, over all targets: their shares add up to it. */
function onDay({ intervals }: EstimateRecord, begin: number): ReadonlyMap<string, Charge> {
  const end = begin + 24 * hourMs;
  const exact = new Map<string, { hours: number; micros: number }>();
  for (const { from, to = Infinity, targets } of intervals) {
    const hours = Math.max(0, Math.min(to, end) - Math.max(from, begin)) / hourMs;
    if (hours === 0) continue;
    for (const [target, monthly] of Object.entries(targets)) {
      const sum = exact.get(target) ?? { hours: 0, micros: 0 };
      exact.set(target, { hours: sum.hours + hours, micros: sum.micros + (monthly * hours) / hoursPerMonth });
    }
  }
  const charges = [...exact.values()];
  const total = Math.round(charges.reduce((sum, { micros }) => sum + micros, 0));
  const shares =
    charges.length === 0
      ? []
      : share(
          total,
          charges.map(({ micros }) => Math.round(micros)),
        );
  return new Map([...exact].map(([target, { hours }], at) => [target, { hours, micros: shares[at] ?? 0 }]));
}

function rowOf(
  { application, service }: EstimateRecord,
  of: Charge & { target: string; day: number; month: string },
): FocusRow {
  const { target, day, month, hours, micros } = of;
  const [cloud = '', regionName = '', runtime = ''] = target.split('/');
  const period = daysOf(month);
  const cost = decimal(micros);
  const provider = providers[cloudOf(target)] ?? cloud;
  const quantity = String(Math.round(hours * 1e6) / 1e6);
  return {
    ...{ BilledCost: cost, ContractedCost: cost, EffectiveCost: cost, ListCost: cost },
    ...{
      BillingAccountId: 'homeostasis-estimates',
      BillingAccountName: 'Homeostasis estimates',
      BillingCurrency: 'USD',
    },
    ...{ BillingPeriodStart: midnight(period.from), BillingPeriodEnd: midnight(period.to) },
    ...{ ChargePeriodStart: midnight(day), ChargePeriodEnd: midnight(day + 1) },
    ...{ ChargeCategory: 'Usage', ChargeClass: null, ChargeFrequency: 'Usage-Based' },
    ChargeDescription: `Expected cost of ${application}/${service} on ${target}`,
    ...{ ConsumedQuantity: quantity, ConsumedUnit: 'Hours', PricingQuantity: quantity, PricingUnit: 'Hours' },
    ...{ InvoiceIssuerName: provider, ProviderName: provider, PublisherName: provider },
    ...{ RegionId: regionName, RegionName: placeOf(`${cloud}/${regionName}`) ?? regionName },
    ...{ ResourceId: `${application}/${service}/${target}`, ResourceName: service },
    ...{
      ServiceCategory: 'Compute',
      ServiceName: runtimes[runtime] ?? `${provider} ${runtime}`,
      ServiceSubcategory: 'Containers',
    },
    Tags: JSON.stringify({
      'homeostasis-application': application,
      'homeostasis-service': service,
      'homeostasis-target': target,
    }),
    x_Estimated: 'true',
  };
}

const placeOf = (region: string): string | undefined => regions().find(({ id }) => id === region)?.place;

const midnight = (day: number): string => `${dayName(day)}T00:00:00Z`;
