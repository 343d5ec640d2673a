import { dayOf, fieldsOf, isFields, textOf, type Fields } from '../price-reading/fields.ts';
import { listPrice } from '../price-reading/decimal.ts';
import type { Offer } from '../price-reading/settle.ts';
import type { Asked } from './pages.ts';

/** A product that the catalogue has a place for: its keys, and the unit it is counted in there. */
interface Identified {
  readonly keys: readonly string[];
  readonly unit: string;
}

/**
 * What a product of the price list is to the catalogue. Usage types bear a prefix of the region (`EU-`, `EUC1-`), none in us-east-1; what
 * stands before it says that it is something else (`USE1-Outposts-`), so the whole of it is matched.
 */
export function offersOf({ service }: Asked, product: Fields, today: string): readonly Offer[] {
  const { attributes, sku } = fieldsOf(product['product']);
  const found = identify[service](fieldsOf(attributes));
  if (found === undefined) return [];
  const { usagetype } = fieldsOf(attributes);
  const { keys, unit } = found;
  return termsOf(product, unit, today).flatMap((term) =>
    keys.map((key) => ({ ...term, key, sku: `${textOf(usagetype)} ${textOf(sku)}`.trim() })),
  );
}

/** In an availability zone of a phone company everything costs something else. */
function isRegion({ locationType, fromLocationType }: Fields): boolean {
  return [locationType, fromLocationType].every((type) => type === undefined || type === '' || type === 'AWS Region');
}

const fargate: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:[A-Z0-9]+-)?Fargate-vCPU-Hours:perCPU$/, 'amd64.vcpuHour', 'vcpu-hour'],
  [/^(?:[A-Z0-9]+-)?Fargate-GB-Hours$/, 'amd64.gibHour', 'gib-hour'],
  [/^(?:[A-Z0-9]+-)?Fargate-ARM-vCPU-Hours:perCPU$/, 'arm64.vcpuHour', 'vcpu-hour'],
  [/^(?:[A-Z0-9]+-)?Fargate-ARM-GB-Hours$/, 'arm64.gibHour', 'gib-hour'],
  [/^(?:[A-Z0-9]+-)?Fargate-EphemeralStorage-GB-Hours$/, 'ephemeralGbHour', 'gb-hour'],
];

const identify: Readonly<Record<Asked['service'], (attributes: Fields) => Identified | undefined>> = {
  AmazonECS: (attributes) => {
    const usage = textOf(attributes['usagetype']);
    const found = fargate.find(([pattern]) => pattern.test(usage));
    if (found === undefined || !isRegion(attributes)) return undefined;
    const [, member, unit] = found;
    return { keys: [`aws/${textOf(attributes['regionCode'])}/fargate#${member}`], unit };
  },
  AWSELB: (attributes) => {
    const kind = /^(?:[A-Z0-9]+-)?(LoadBalancerUsage|LCUUsage)$/.exec(textOf(attributes['usagetype']))?.[1];
    if (kind === undefined || !isRegion(attributes)) return undefined;
    if (attributes['operation'] !== 'LoadBalancing:Application') return undefined;
    const [member, unit] = kind === 'LCUUsage' ? ['capacityUnitHour', 'lcu-hour'] : ['hour', 'hour'];
    const region = textOf(attributes['regionCode']);
    return { keys: ['fargate', 'ecs-ec2'].map((runtime) => `aws/${region}/${runtime}#endpoint.${member}`), unit };
  },
  AmazonEC2: (attributes) => {
    const type = textOf(attributes['instanceType']);
    const plain = /^(?:[A-Z0-9]+-)?BoxUsage:(.+)$/.exec(textOf(attributes['usagetype']))?.[1];
    if (plain !== type || !isRegion(attributes)) return undefined;
    return { keys: [`aws/${textOf(attributes['regionCode'])}/ecs-ec2#hour.${type}`], unit: 'hour' };
  },
  AWSDataTransfer: (attributes) => {
    const member = isRegion(attributes) ? transferOf(attributes) : undefined;
    return member === undefined
      ? undefined
      : { keys: [`aws/${textOf(attributes['fromRegionCode'])}#${member}`], unit: 'gb' };
  },
};

function transferOf(attributes: Fields): string | undefined {
  const usage = textOf(attributes['usagetype']);
  switch (attributes['transferType']) {
    case 'AWS Outbound':
      return /^(?:[A-Z0-9]+-)?DataTransfer-Out-Bytes$/.test(usage) ? 'internet' : undefined;
    case 'IntraRegion':
      return /^(?:[A-Z0-9]+-)?DataTransfer-Regional-Bytes$/.test(usage) ? 'sameRegion' : undefined;
    case 'InterRegion Outbound': {
      const to = textOf(attributes['toRegionCode']);
      return to !== '' && /^(?:[A-Z0-9]+-){1,2}AWS-Out-Bytes$/.test(usage) ? `toRegion.${to}` : undefined;
    }
    default:
      return undefined;
  }
}

const units: Readonly<Record<string, RegExp>> = {
  'vcpu-hour': /^(hours?|hrs|vcpu-hours)$/i,
  'gib-hour': /^(hours?|hrs|gb-hours)$/i,
  'gb-hour': /^(hours?|hrs|gb-hours)$/i,
  hour: /^(hours?|hrs)$/i,
  'lcu-hour': /^(lcu-hrs|lcu-hours)$/i,
  gb: /^gb$/i,
};

/** Each on-demand term with its dimensions; a product without any is told as such, not left out. */
function termsOf(product: Fields, unit: string, today: string): readonly Omit<Offer, 'key' | 'sku'>[] {
  const terms = Object.values(fieldsOf(fieldsOf(product['terms'])['OnDemand'])).filter(isFields);
  if (terms.length === 0) return [{ asOf: today, rates: [] }];
  return terms.map((term) => {
    const dimensions = Object.values(fieldsOf(term['priceDimensions'])).filter(isFields);
    const foreign = dimensions.find((each) => !units[unit]?.test(textOf(each['unit'])));
    return {
      asOf: dayOf(term['effectiveDate'], dayOf(product['publicationDate'], today)),
      rates: dimensions.map((each) => ({
        from: Number(each['beginRange'] ?? 0),
        price: listPrice(fieldsOf(each['pricePerUnit'])['USD'], unit),
      })),
      ...(foreign && { doubt: `it is priced by ${textOf(foreign['unit']).slice(0, 40)}, not by ${unit}` }),
    };
  });
}
