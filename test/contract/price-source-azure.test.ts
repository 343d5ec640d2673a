import { describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { azurePrices } from '../../shared/adapters/prices-azure/index.ts';
import { now, priceSourceSuite, type Asked, type Line } from './price-source.suite.ts';

const apps = { serviceName: 'Azure Container Apps', productName: 'Azure Container Apps' };
const groups = { serviceName: 'Container Instances', productName: 'Container Instances' };
const meters: readonly (readonly [RegExp, Readonly<Record<string, string>>, string])[] = [
  [/container-apps#active.vcpuHour$/, { ...apps, meterName: 'Standard vCPU Active Usage' }, '1 Second'],
  [/container-apps#active.gibHour$/, { ...apps, meterName: 'Standard Memory Active Usage' }, '1 GiB Second'],
  [/container-apps#idle.vcpuHour$/, { ...apps, meterName: 'Standard vCPU Idle Usage' }, '1 Second'],
  [/container-apps#millionRequests$/, { ...apps, meterName: 'Standard Requests' }, '1M'],
  [/container-instances#amd64.vcpuHour$/, { ...groups, meterName: 'Standard vCPU Duration' }, '1 Hour'],
  [/container-instances#amd64.gibHour$/, { ...groups, meterName: 'Standard Memory Duration' }, '1 GB Hour'],
  [
    /#internet$/,
    { serviceName: 'Bandwidth', productName: 'Rtn Preference: MGN', meterName: 'Standard Data Transfer Out' },
    '1 GB',
  ],
  [
    /#intra$/,
    { serviceName: 'Bandwidth', productName: 'Inter-Region', meterName: 'Intra Continent Data Transfer Out' },
    '1 GB',
  ],
  [
    /#inter$/,
    {
      serviceName: 'Bandwidth',
      productName: 'Inter-Region',
      meterName: 'Inter-Continent Data Transfer Out (NAM or EU To Any)',
    },
    '1 GB',
  ],
];

function itemsOf({ key, rates, sku = 'meter-1', unit, currency = 'USD', since = '2022-06-01' }: Line): unknown[] {
  const [, meter = {}, measure = ''] = meters.find(([pattern]) => pattern.test(key)) ?? [];
  return rates.map(([tierMinimumUnits, dollars]) => ({
    ...meter,
    currencyCode: currency,
    tierMinimumUnits,
    // The API has numbers; what is none stays text, as a broken answer would.
    retailPrice: Number.isFinite(Number(dollars)) && dollars !== '' ? Number(dollars) : dollars,
    armRegionName: key.split(/[/#]/)[1],
    effectiveStartDate: `${since}T00:00:00Z`,
    meterId: sku,
    skuName: 'Standard',
    unitOfMeasure: unit ?? measure,
    type: 'Consumption',
    isPrimaryMeterRegion: true,
  }));
}

/** Filters as the API does, by exact comparison, and pages by `$skip`. */
function answer({ url }: Asked, lines: readonly Line[], at: string) {
  const filter = url.searchParams.get('$filter') ?? '';
  const items = lines
    .flatMap(itemsOf)
    .filter((item) =>
      [...filter.matchAll(/(\w+) eq '([^']*)'/g)].every(
        ([, field = '', value]) => (item as Record<string, unknown>)[field === 'priceType' ? 'type' : field] === value,
      ),
    );
  const skip = Number(url.searchParams.get('$skip') ?? 0);
  const page = items.slice(skip, skip + 2);
  const next = new URL(url.pathname, at);
  for (const [name, value] of url.searchParams) next.searchParams.set(name, value);
  next.searchParams.set('$skip', String(skip + 2));
  const NextPageLink = skip + 2 < items.length ? next.href : null;
  const body = { BillingCurrency: 'USD', CustomerEntityId: 'Default', Items: page, NextPageLink, Count: page.length };
  return { status: 200, body: JSON.stringify(body) };
}

const source = (base: string) => azurePrices({ url: `${base}/api/retail/prices`, now: () => now });
const active = 'azure/westus2/container-apps#active.vcpuHour';

priceSourceSuite({
  name: 'Azure',
  cloud: 'azure',
  example: { key: active, dollars: '0.000034', micros: 122_400, per: 1 },
  other: { key: 'azure/westus2/container-apps#millionRequests', dollars: '0.4' },
  ladder: {
    of: 'azure/westus2#internet',
    rates: [
      [0, '0'],
      [100, '0.087'],
      [10_335, '0.083'],
      [51_295, '0.07'],
      [153_695, '0.05'],
      [512_095, '0.05'],
    ],
    tiers: [
      [87_000, 0, 10_235],
      [83_000, 10_235, 51_195],
      [70_000, 51_195, 153_595],
      [50_000, 153_595],
    ],
  },
  field: /\/api\/retail\/prices answered 403/,
  source,
  answer,
  refusals: {
    throttled: { status: 429, body: '{}', headers: { 'retry-after': '7' } },
    denied: { status: 403, body: '<html>forbidden</html>' },
  },
  wrap: (drawn) => JSON.stringify({ Items: [drawn], NextPageLink: drawn, Count: 1 }),
});

describe('the Azure price list', () => {
  async function readWith(answerTo: (asked: Asked, at: string) => string, keys: readonly string[], unit = 'vcpu-hour') {
    const asked: string[] = [];
    let at = '';
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', at);
      asked.push(url.searchParams.get('$filter') ?? '');
      response.end(answerTo({ url, headers: {}, body: '' }, at));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const wanted = keys.map((key) => ({ key, region: 'westus2', area: 'north-america', unit }));
      return { ...(await source(at).read(wanted)), asked };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const listing =
    (...lines: readonly Line[]) =>
    (asked: Asked, at: string) =>
      answer(asked, lines, at).body;

  it('is asked with the words it knows, to the letter', async () => {
    const { asked } = await readWith(listing(), [active]);
    expect(asked).toEqual([
      "serviceName eq 'Azure Container Apps' and armRegionName eq 'westus2' and priceType eq 'Consumption'",
    ]);
  });

  it.each([
    ['1 Second', '0.000034', 122_400],
    ['100 Seconds', '0.0034', 122_400],
    ['1 Hour', '0.1224', 122_400],
    ['10 Hours', '1.224', 122_400],
  ])('counts %s', async (unit, dollars, micros) => {
    const { prices } = await readWith(listing({ key: active, rates: [[0, dollars]], unit }), [active]);
    expect(prices.map(({ price }) => price.micros / price.per)).toEqual([micros]);
  });

  it.each([
    ['1M', '0.4'],
    ['10K', '0.004'],
  ])('counts requests by %s', async (unit, dollars) => {
    const key = 'azure/westus2/container-apps#millionRequests';
    const { prices } = await readWith(listing({ key, rates: [[0, dollars]], unit }), [key], 'million-requests');
    expect(prices.map(({ price }) => price.micros / price.per)).toEqual([400_000]);
  });

  it('prices traffic within the continent and beyond it', async () => {
    const keys = ['north-america', 'europe', 'asia'].map((area) => `azure/westus2#interRegion.${area}`);
    const lines: Line[] = [
      { key: 'azure/westus2#intra', rates: [[0, '0.02']], sku: 'a' },
      { key: 'azure/westus2#inter', rates: [[0, '0.05']], sku: 'b' },
    ];
    const { prices } = await readWith(listing(...lines), keys, 'gb');
    expect(prices.map(({ price }) => price.micros)).toEqual([20_000, 50_000, 50_000]);
  });

  it('takes no price that is not yet charged', async () => {
    const { prices } = await readWith(listing({ key: active, rates: [[0, '1']], since: '2027-01-01' }), [active]);
    expect(prices).toEqual([]);
  });

  const linking = (link: string) => () => JSON.stringify({ Items: [], NextPageLink: link, Count: 0 });

  it.each([
    ['http://127.0.0.1:1/api/retail/prices', /its next page is elsewhere: http:\/\/127.0.0.1:1\/api/],
    ['https://prices.example.com/api/retail/prices', /elsewhere/],
    ['not a link', /its next page is "not a link"/],
  ])('follows no link to %s', async (link, reason) => {
    await expect(readWith(linking(link), [active])).rejects.toThrow(reason);
  });

  it('does not go round in circles', async () => {
    const round = ({ url }: Asked) => JSON.stringify({ Items: [], NextPageLink: url.href, Count: 0 });
    await expect(readWith(round, [active])).rejects.toThrow(/it has no end/);
  });

  it('counts what it was promised', async () => {
    const short = () => JSON.stringify({ Items: [], NextPageLink: null, Count: 7 });
    await expect(readWith(short, [active])).rejects.toThrow(/it has 0 items and says 7/);
  });
});
