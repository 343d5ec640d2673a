import { describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsPrices } from '../../shared/adapters/prices-aws/index.ts';
import { now, priceSourceSuite, type Asked, type Line } from './price-source.suite.ts';

interface Question {
  readonly ServiceCode: string;
  readonly FormatVersion: string;
  readonly Filters: readonly { readonly Type: string; readonly Field: string; readonly Value: string }[];
  readonly NextToken?: string;
}

const usages: readonly (readonly [RegExp, string, Readonly<Record<string, string>>, string])[] = [
  [/fargate#amd64.vcpuHour$/, 'AmazonECS', { usagetype: 'EU-Fargate-vCPU-Hours:perCPU' }, 'hours'],
  [/fargate#amd64.gibHour$/, 'AmazonECS', { usagetype: 'EU-Fargate-GB-Hours' }, 'hours'],
  [/fargate#arm64.vcpuHour$/, 'AmazonECS', { usagetype: 'EU-Fargate-ARM-vCPU-Hours:perCPU' }, 'hours'],
  [/#windows$/, 'AmazonECS', { usagetype: 'EU-Fargate-Windows-vCPU-Hours:perCPU' }, 'hours'],
  [/#endpoint.hour$/, 'AWSELB', { usagetype: 'EU-LoadBalancerUsage', operation: 'LoadBalancing:Application' }, 'Hrs'],
  [/#endpoint.network$/, 'AWSELB', { usagetype: 'EU-LoadBalancerUsage', operation: 'LoadBalancing:Network' }, 'Hrs'],
  [/#hour.m5.large$/, 'AmazonEC2', { usagetype: 'EU-BoxUsage:m5.large', instanceType: 'm5.large' }, 'Hrs'],
  [
    /#internet$/,
    'AWSDataTransfer',
    { usagetype: 'EU-DataTransfer-Out-Bytes', transferType: 'AWS Outbound', toLocation: 'External' },
    'GB',
  ],
  [
    /#toRegion.us-east-1$/,
    'AWSDataTransfer',
    { usagetype: 'EU-USE1-AWS-Out-Bytes', transferType: 'InterRegion Outbound', toRegionCode: 'us-east-1' },
    'GB',
  ],
  [
    /#sameRegion$/,
    'AWSDataTransfer',
    { usagetype: 'EU-DataTransfer-Regional-Bytes', transferType: 'IntraRegion' },
    'GB',
  ],
];

/** A product as the Query API has it: a JSON document in text. */
function productOf({ key, rates, sku = 'SKU1', unit, currency = 'USD', since = '2026-11-01' }: Line): string {
  const [, , attributes = {}, own = 'hours'] = usages.find(([pattern]) => pattern.test(key)) ?? [];
  const region = key.split(/[/#]/)[1] ?? '';
  const where = 'transferType' in attributes ? { fromRegionCode: region } : { regionCode: region };
  const ends = rates.map((_, i) => rates[i + 1]?.[0]);
  return JSON.stringify({
    product: { sku, productFamily: 'Compute', attributes: { ...attributes, ...where, locationType: 'AWS Region' } },
    serviceCode: 'x',
    publicationDate: '2026-11-15T00:00:00Z',
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          effectiveDate: `${since}T00:00:00Z`,
          priceDimensions: Object.fromEntries(
            rates.map(([from, dollars], i) => [
              `${sku}.JRTCKXETXF.${i}`,
              {
                unit: unit ?? own,
                beginRange: String(from),
                endRange: String(ends[i] ?? 'Inf'),
                pricePerUnit: { [currency]: dollars },
              },
            ]),
          ),
        },
      },
    },
  });
}

function answer({ body }: Asked, lines: readonly Line[]) {
  const { ServiceCode, NextToken = '0' } = JSON.parse(body) as Question;
  const own = lines.filter(({ key }) => usages.find(([pattern]) => pattern.test(key))?.[1] === ServiceCode);
  const at = Number(NextToken);
  const PriceList = own.slice(at, at + 2).map(productOf);
  const next = at + 2 < own.length ? { NextToken: String(at + 2) } : {};
  return { status: 200, body: JSON.stringify({ FormatVersion: 'aws_v1', PriceList, ...next }) };
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
const nowhere = 'http://127.0.0.1:9/spot.json';
const source = (endpoint: string, spotUrl = nowhere) => awsPrices({ endpoint, spotUrl, credentials, now: () => now });
const dublin = 'aws/eu-west-1/fargate#amd64.vcpuHour';

priceSourceSuite({
  name: 'AWS',
  cloud: 'aws',
  example: { key: dublin, dollars: '0.0404800000', micros: 40_480, per: 1 },
  other: { key: 'aws/eu-west-1/fargate#amd64.gibHour', dollars: '0.0044450000' },
  ladder: {
    of: 'aws/eu-west-1#internet',
    rates: [
      [0, '0.0900000000'],
      [10_240, '0.0850000000'],
      [51_200, '0.0700000000'],
      [153_600, '0.0500000000'],
    ],
    tiers: [
      [90_000, 0, 10_240],
      [85_000, 10_240, 51_200],
      [70_000, 51_200, 153_600],
      [50_000, 153_600],
    ],
  },
  field: /cost\.prices\.sources\.aws .*pricing:GetProducts/,
  source,
  answer,
  refusals: {
    throttled: { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' },
    denied: {
      status: 400,
      body: '{"__type":"AccessDeniedException","message":"not authorized to perform: pricing:GetProducts"}',
    },
  },
  wrap: (drawn) => JSON.stringify({ PriceList: [JSON.stringify({ product: drawn, terms: drawn })] }),
});

describe('the AWS price list', () => {
  async function readWith(lines: readonly Line[], spot: unknown, keys: readonly string[]) {
    const asked: Question[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (request.url === '/spot.json') return void response.end(JSON.stringify(spot));
        asked.push(JSON.parse(body) as Question);
        const { status, body: text } = answer({ body, headers: {}, url: new URL('http://x') }, lines);
        return void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const wanted = keys.map((key) => ({
        key,
        region: 'eu-west-1',
        area: 'europe',
        unit: key.endsWith('gibHour') ? 'gib-hour' : 'vcpu-hour',
      }));
      return { ...(await source(url, `${url}/spot.json`).read(wanted)), asked };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('is asked by term, region by region', async () => {
    const { asked } = await readWith([], {}, [dublin]);
    expect(asked).toEqual([
      {
        ServiceCode: 'AmazonECS',
        FormatVersion: 'aws_v1',
        MaxResults: 100,
        Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-west-1' }],
      },
    ]);
  });

  const member = (name: string): string => `aws/eu-west-1/fargate#${name}`;
  const spotPrice = (unit: string, USD: string, region = 'eu-west-1') => ({
    unit,
    price: { USD },
    attributes: { 'aws:region': region },
  });

  it('tells ARM and machines apart, and knows a load balancer from its sisters', async () => {
    const keys = [member('arm64.vcpuHour'), 'aws/eu-west-1/ecs-ec2#hour.m5.large', member('endpoint.hour')];
    const lines: Line[] = [
      ...keys.map((key, i): Line => ({ key, rates: [[0, `0.0${i + 1}`]] })),
      { key: member('windows'), rates: [[0, '0.9']] },
      { key: member('endpoint.network'), rates: [[0, '0.9']] },
    ];
    const { prices, unclear } = await readWith(lines, {}, keys);
    expect(unclear).toEqual([]);
    expect(prices.map(({ key, price }) => [key, price.micros])).toEqual([
      [keys[0], 10_000],
      [keys[1], 20_000],
      [keys[2], 30_000],
    ]);
  });

  it('has pairs of regions', async () => {
    const keys = ['aws/eu-west-1#toRegion.us-east-1', 'aws/eu-west-1#sameRegion'];
    const lines = [
      { key: keys[0] ?? '', rates: [[0, '0.02']] },
      { key: keys[1] ?? '', rates: [[0, '0.01']] },
    ] satisfies Line[];
    const { prices } = await readWith(lines, {}, keys);
    expect(prices.map(({ price }) => price.micros)).toEqual([20_000, 10_000]);
  });

  it('has spot prices from the open list, x86 and ARM, finer than a micro-dollar', async () => {
    const prices = [
      spotPrice('vCPU-Hours', '0.01224056'),
      spotPrice('ARM-GB-Hours', '0.00107649'),
      spotPrice('vCPU-Hours', '9', 'us-east-1'),
    ];
    const read = await readWith([], { prices }, [member('spot.vcpuHour'), member('spotArm64.gibHour')]);
    expect(read.prices.map(({ key, price: { micros, per } }) => [key, micros, per])).toEqual([
      [member('spot.vcpuHour'), 1_224_056, 100],
      [member('spotArm64.gibHour'), 107_649, 100],
    ]);
  });

  it.each([[{}], [[]], [{ prices: 'none' }]])('reads the rest where the spot list is %j', async (spot) => {
    const { prices, unclear } = await readWith([{ key: dublin, rates: [[0, '0.04']] }], spot, [
      dublin,
      member('spot.vcpuHour'),
    ]);
    expect(prices.map(({ key }) => key)).toEqual([dublin]);
    expect(unclear).toMatchObject([{ key: member('spot.vcpuHour') }]);
  });
});
