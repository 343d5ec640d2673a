import { dayOf, textOf, type Fields } from '../price-reading/fields.ts';
import { listPrice, type Factor } from '../price-reading/decimal.ts';
import type { Offer } from '../price-reading/settle.ts';
import type { Asked } from './pages.ts';

/** Meters the catalogue has a place for: `productName`, `meterName`, member, unit there. */
const meters: readonly (readonly [Asked['service'], RegExp, RegExp, string, string])[] = [
  ['Azure Container Apps', /^Azure Container Apps$/, /^Standard vCPU Active Usage$/, 'active.vcpuHour', 'vcpu-hour'],
  ['Azure Container Apps', /^Azure Container Apps$/, /^Standard Memory Active Usage$/, 'active.gibHour', 'gib-hour'],
  ['Azure Container Apps', /^Azure Container Apps$/, /^Standard vCPU Idle Usage$/, 'idle.vcpuHour', 'vcpu-hour'],
  ['Azure Container Apps', /^Azure Container Apps$/, /^Standard Memory Idle Usage$/, 'idle.gibHour', 'gib-hour'],
  ['Azure Container Apps', /^Azure Container Apps$/, /^Standard Requests$/, 'millionRequests', 'million-requests'],
  ['Container Instances', /^Container Instances$/, /^Standard vCPU Duration$/, 'amd64.vcpuHour', 'vcpu-hour'],
  ['Container Instances', /^Container Instances$/, /^Standard Memory Duration$/, 'amd64.gibHour', 'gib-hour'],
  // Traffic takes Microsoft's own network unless somebody asks for the cheaper way.
  ['Bandwidth', /^Rtn Preference: MGN$/, /^Standard Data Transfer Out$/, 'internet', 'gb'],
  ['Bandwidth', /Inter-Region/, /^Intra[- ]Continent Data Transfer Out/, 'interRegion.own', 'gb'],
  ['Bandwidth', /Inter-Region/, /^Inter[- ]Continent Data Transfer Out/, 'interRegion.others', 'gb'],
];

const areas = ['north-america', 'south-america', 'europe', 'asia', 'oceania'];

/** What the items of one answer are to the catalogue. Items of one meter are the tiers of one price. */
export function offersOf(ask: Asked, items: readonly Fields[], now: number): readonly Offer[] {
  const own = items.filter((item) => isInForce(item, ask, now));
  const byMeter = Map.groupBy(own, (item) => `${textOf(item['meterId'])} ${textOf(item['skuName'])}`);
  return [...byMeter.values()].flatMap((tiers) => {
    const [first = {}] = tiers;
    const meter = meters.find(
      ([service, product, name]) =>
        service === ask.service && product.test(textOf(first['productName'])) && name.test(textOf(first['meterName'])),
    );
    if (meter === undefined) return [];
    const [, , , member, unit] = meter;
    const offer = offerOf(tiers, unit, new Date(now).toISOString().slice(0, 10));
    return keysOf(ask, member).map((key) => ({ ...offer, key }));
  });
}

/** Of that region, on demand, in dollars, and neither of the past nor of the future. */
function isInForce(item: Fields, { region, service }: Asked, now: number): boolean {
  const { type, currencyCode, armRegionName, effectiveStartDate, effectiveEndDate, serviceName } = item;
  const [start, end] = [effectiveStartDate, effectiveEndDate].map((time) => Date.parse(textOf(time)));
  return (
    type === 'Consumption' &&
    currencyCode === 'USD' &&
    armRegionName === region &&
    serviceName === service &&
    !(start !== undefined && start > now) &&
    !(end !== undefined && end <= now)
  );
}

function offerOf(tiers: readonly Fields[], unit: string, today: string): Omit<Offer, 'key'> {
  const [first = {}] = tiers;
  const factor = factorOf(textOf(first['unitOfMeasure']), unit);
  const measures = new Set(tiers.map((each) => textOf(each['unitOfMeasure'])));
  const doubt = factor === undefined || measures.size > 1 ? [...measures].join(' and ').slice(0, 60) : undefined;
  return {
    sku: `${textOf(first['meterName'])} ${textOf(first['meterId'])}`.trim(),
    asOf:
      tiers
        .map((each) => dayOf(each['effectiveStartDate'], today))
        .sort()
        .at(-1) ?? today,
    rates: tiers.map((each) => ({
      from: Number(each['tierMinimumUnits'] ?? 0),
      price: listPrice(each['retailPrice'], unit, factor),
    })),
    ...(doubt === undefined ? {} : { doubt: `it is priced by ${doubt}, not by ${unit}` }),
  };
}

/** `1 Second`, `100 Seconds`, `1 GiB Second`, `1 GB Hour`, `1 Hour`, `1M`, `10K`, `1 GB`. */
function factorOf(measure: string, unit: string): Factor | undefined {
  const [, count = '', scale = '', noun = ''] = /^(\d{1,6})([KM]?)(?: (.+))?$/.exec(measure) ?? [];
  const many = BigInt(count) * ({ K: 1000n, M: 1_000_000n }[scale] ?? 1n);
  const times = nouns[unit]?.find(([pattern]) => pattern.test(noun))?.[1];
  return times === undefined || many === 0n ? undefined : { times, by: many };
}

const seconds = 3600n;
const nouns: Readonly<Record<string, readonly (readonly [RegExp, bigint])[]>> = {
  'vcpu-hour': [
    [/^(?:vCPU )?Seconds?$/i, seconds],
    [/^(?:vCPU )?Hours?$/i, 1n],
  ],
  'gib-hour': [
    [/^(?:Gi?B )?Seconds?$/i, seconds],
    [/^(?:Gi?B )?Hours?$/i, 1n],
  ],
  'million-requests': [[/^$/, 1_000_000n]],
  gb: [[/^Gi?B$/i, 1n]],
};

function keysOf({ service, region, area }: Asked, member: string): readonly string[] {
  const at = `azure/${region}`;
  if (service === 'Azure Container Apps') return [`${at}/container-apps#${member}`];
  if (service === 'Container Instances') return [`${at}/container-instances#${member}`];
  if (member === 'interRegion.own') return [`${at}#interRegion.${area}`];
  if (member !== 'interRegion.others') return [`${at}#${member}`];
  return areas.filter((each) => each !== area).map((each) => `${at}#interRegion.${each}`);
}
