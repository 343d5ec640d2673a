import { dayOf, fieldsOf, isFields, textOf, type Fields } from '../price-reading/fields.ts';
import { listPrice, type Factor } from '../price-reading/decimal.ts';
import type { Offer } from '../price-reading/settle.ts';

/** SKUs of Cloud Run by their description, which is all that tells them apart: member of the catalogue, unit there. */
const services: readonly (readonly [RegExp, string, string])[] = [
  [/^Services CPU(?: Tier 2)? \(Request-based billing\)$/, 'active.vcpuHour', 'vcpu-hour'],
  [/^Services Memory(?: Tier 2)? \(Request-based billing\)$/, 'active.gibHour', 'gib-hour'],
  [/^Services Min Instance CPU(?: Tier 2)? \(Request-based billing\)$/, 'idle.vcpuHour', 'vcpu-hour'],
  [/^Services Min Instance Memory(?: Tier 2)? \(Request-based billing\)$/, 'idle.gibHour', 'gib-hour'],
  // One of them says "in in".
  [/^Services CPU \(Instance-based billing\)(?: in (?:in )?[a-z0-9-]+)?$/, 'instance.vcpuHour', 'vcpu-hour'],
  [/^Services Memory \(Instance-based billing\)(?: in (?:in )?[a-z0-9-]+)?$/, 'instance.gibHour', 'gib-hour'],
  [/^Requests$/, 'millionRequests', 'million-requests'],
];

/** Traffic to the region's own continent stands for the internet, as users are served from near by. */
const internet = /^Cloud Run Network Internet Data Transfer Out (.+) to \1$/;

/** What a SKU is to the catalogue, in each of the regions it is for. */
export function offersOf(sku: Fields, regions: ReadonlySet<string>, today: string): readonly Offer[] {
  const description = textOf(sku['description']).replace(/\s+/g, ' ').trim();
  if (fieldsOf(sku['category'])['usageType'] !== 'OnDemand') return [];
  const service = services.find(([pattern]) => pattern.test(description));
  const [, member, unit] = service ?? (internet.test(description) ? [internet, 'internet', 'gb'] : []);
  if (member === undefined || unit === undefined) return [];
  const offer = offerOf(sku, description, unit, today);
  const of = member === 'internet' ? '' : '/cloud-run';
  return placesOf(sku, regions).map((region) => ({ ...offer, key: `gcp/${region}${of}#${member}` }));
}

function placesOf({ serviceRegions }: Fields, regions: ReadonlySet<string>): readonly string[] {
  const named = Array.isArray(serviceRegions) ? serviceRegions.map(textOf) : [];
  return named.includes('global') ? [...regions] : [...new Set(named)].filter((each) => regions.has(each));
}

function offerOf(sku: Fields, description: string, unit: string, today: string): Omit<Offer, 'key'> {
  const known = Array.isArray(sku['pricingInfo']) ? sku['pricingInfo'].filter(isFields) : [];
  const pricing = known.at(-1) ?? {};
  const { usageUnit, tieredRates } = fieldsOf(pricing['pricingExpression']);
  const rates = Array.isArray(tieredRates) ? tieredRates.filter(isFields) : [];
  const factor = factors[unit]?.[textOf(usageUnit)];
  const foreign = rates.find((each) => fieldsOf(each['unitPrice'])['currencyCode'] !== 'USD');
  const doubt =
    factor === undefined
      ? `it is priced by ${textOf(usageUnit).slice(0, 40)}, not by ${unit}`
      : foreign && 'it is not priced in USD';
  return {
    sku: `${description} ${textOf(sku['skuId'])}`.trim(),
    asOf: dayOf(timeOf(pricing['effectiveTime']), today),
    rates: rates.map((each) => ({
      from: Number(each['startUsageAmount'] ?? 0),
      price: listPrice(dollarsOf(fieldsOf(each['unitPrice'])), unit, factor),
    })),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** Units of UCUM, as Google writes them. A GB of the catalogue is a GiB here, as it is on all three bills. */
const factors: Readonly<Record<string, Readonly<Record<string, Factor>>>> = {
  'vcpu-hour': { s: { times: 3600n }, h: {} },
  'gib-hour': { 'GiBy.s': { times: 3600n }, 'GiBy.h': {} },
  'million-requests': { count: { times: 1_000_000n } },
  gb: { GiBy: {} },
};

/** Units and billionths, which make one decimal; 64-bit numbers come as text, as a number, or as a `Long`. */
function dollarsOf({ units, nanos }: Fields): string | undefined {
  const whole = units === undefined || units === null ? '0' : String(units as string);
  const part = nanos === undefined || nanos === null ? 0 : Number(nanos);
  if (!/^\d{1,15}$/.test(whole) || !Number.isInteger(part) || part < 0 || part > 999_999_999) return undefined;
  return `${whole}.${String(part).padStart(9, '0')}`;
}

/** A time of protobuf (`{seconds}`) or of JSON. */
function timeOf(time: unknown): string {
  if (typeof time === 'string') return time;
  const seconds = Number(fieldsOf(time)['seconds'] ?? Number.NaN);
  return Number.isFinite(seconds) && Math.abs(seconds) < 1e11 ? new Date(seconds * 1000).toISOString() : '';
}
