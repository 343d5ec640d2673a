import { describe, expect, it } from 'vitest';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gcpPrices } from '../../shared/adapters/prices-gcp/index.ts';
import { now, priceSourceSuite, type Asked, type Line } from './price-source.suite.ts';

const kinds: readonly (readonly [RegExp, string, string])[] = [
  [/#active.vcpuHour$/, 'Services CPU (Request-based billing)', 's'],
  [/#active.gibHour$/, 'Services Memory (Request-based billing)', 'GiBy.s'],
  [/#tier2.active.vcpuHour$/, 'Services CPU Tier 2  (Request-based billing)', 's'],
  [/#idle.vcpuHour$/, 'Services Min Instance CPU (Request-based billing)', 's'],
  [/#instance.vcpuHour$/, 'Services CPU (Instance-based billing) in in asia-northeast1', 's'],
  [/#millionRequests$/, 'Requests', 'count'],
  [/#internet$/, 'Cloud Run Network Internet Data Transfer Out North America to North America', 'GiBy'],
  [/#jobs$/, 'Jobs CPU in us-central1', 's'],
];

function skuOf({ key, rates, sku = '4856-B847-F1EB', unit, currency = 'USD', since = '2026-11-01' }: Line): unknown {
  const [, description = '', usageUnit = ''] = kinds.find(([pattern]) => pattern.test(key)) ?? [];
  const region = key.split(/[/#]/)[1] ?? '';
  return {
    name: `services/152E-C115-5142/skus/${sku}`,
    skuId: sku,
    description,
    category: { resourceFamily: 'ApplicationServices', resourceGroup: 'Compute', usageType: 'OnDemand' },
    serviceRegions: [description === 'Requests' ? 'global' : region],
    pricingInfo: [
      {
        effectiveTime: `${since}T08:00:00.000Z`,
        pricingExpression: {
          usageUnit: unit ?? usageUnit,
          displayQuantity: 1,
          tieredRates: rates.map(([startUsageAmount, dollars]) => ({
            startUsageAmount,
            unitPrice: { currencyCode: currency, ...moneyOf(dollars) },
          })),
        },
      },
    ],
    serviceProviderName: 'Google',
  };
}

/** Units and billionths, which is all the precision there is: what does not fit is broken, and stays so. */
function moneyOf(dollars: string): object {
  const [, whole, fraction = ''] = /^(-?\d+)(?:\.(\d{1,9}))?$/.exec(dollars) ?? [];
  if (whole === undefined) return { units: '0', nanos: -1 };
  const nanos = Number(fraction.padEnd(9, '0'));
  return { units: whole.replace('-', ''), nanos: whole.startsWith('-') ? -nanos : nanos };
}

function answer({ url }: Asked, lines: readonly Line[]) {
  const at = Number(url.searchParams.get('pageToken') ?? 0);
  const skus = lines.slice(at, at + 2).map(skuOf);
  const nextPageToken = at + 2 < lines.length ? String(at + 2) : '';
  return { status: 200, body: JSON.stringify({ skus, nextPageToken }) };
}

const source = (endpoint: string) => gcpPrices({ endpoint, apiKey: () => Promise.resolve('k-1'), now: () => now });
const active = 'gcp/us-central1/cloud-run#active.vcpuHour';
const refusal = (code: number, status: string, message: string) => ({
  status: code,
  body: JSON.stringify({ error: { code, status, message } }),
});

priceSourceSuite({
  name: 'Google Cloud',
  cloud: 'gcp',
  example: { key: active, dollars: '0.000024', micros: 86_400, per: 1 },
  other: { key: 'gcp/us-central1/cloud-run#active.gibHour', dollars: '0.0000025' },
  ladder: {
    of: 'gcp/us-central1#internet',
    rates: [
      [0, '0'],
      [1, '0.105'],
      [10_240, '0.08'],
      [153_600, '0.06'],
    ],
    tiers: [
      [105_000, 0, 10_239],
      [80_000, 10_239, 153_599],
      [60_000, 153_599],
    ],
  },
  field: /cost\.prices\.sources\.gcp\.apiKey/,
  source,
  answer,
  refusals: {
    throttled: refusal(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'),
    denied: refusal(403, 'PERMISSION_DENIED', 'Method doesn’t allow unregistered callers'),
  },
  wrap: (drawn) =>
    JSON.stringify({ skus: [{ description: 'Requests', category: { usageType: 'OnDemand' }, pricingInfo: drawn }] }),
});

describe('the Google Cloud price list', () => {
  async function readWith(lines: readonly Line[], wanted: readonly (readonly [key: string, unit: string])[]) {
    const asked: { readonly url: URL; readonly headers: IncomingHttpHeaders }[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      asked.push({ url, headers: request.headers });
      response.setHeader('content-type', 'application/json');
      response.end(answer({ url, headers: {}, body: '' }, lines).body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const prices = source(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const all = wanted.map(([key, unit]) => ({ key, region: key.split(/[/#]/)[1] ?? '', area: 'asia', unit }));
      return { ...(await prices.read(all)), asked };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('is asked for dollars, with the key in a header and not in the address', async () => {
    const { asked } = await readWith([], [[active, 'vcpu-hour']]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url.pathname).toBe('/v1/services/152E-C115-5142/skus');
    expect(asked[0]?.url.searchParams.get('currencyCode')).toBe('USD');
    expect(asked[0]?.url.href).not.toContain('k-1');
    expect(asked[0]?.headers['x-goog-api-key']).toBe('k-1');
  });

  it('names Tier 2 with two spaces, and one region twice', async () => {
    const tier2 = 'gcp/europe-west3/cloud-run#active.vcpuHour';
    const tokyo = 'gcp/asia-northeast1/cloud-run#instance.vcpuHour';
    const { prices } = await readWith(
      [
        { key: 'gcp/europe-west3/cloud-run#tier2.active.vcpuHour', rates: [[0, '0.0000336']] },
        { key: tokyo, rates: [[0, '0.000018']] },
        { key: 'gcp/us-central1/cloud-run#jobs', rates: [[0, '9']] },
      ],
      [
        [tier2, 'vcpu-hour'],
        [tokyo, 'vcpu-hour'],
      ],
    );
    expect(prices.map(({ key, price }) => [key, price.micros])).toEqual([
      [tier2, 120_960],
      [tokyo, 64_800],
    ]);
  });

  it('prices requests for all regions at once, beyond what is free', async () => {
    const keys = ['us-central1', 'europe-west3'].map((region) => `gcp/${region}/cloud-run#millionRequests`);
    const { prices } = await readWith(
      [
        {
          key: keys[0] ?? '',
          rates: [
            [0, '0'],
            [2_000_000, '0.0000004'],
          ],
        },
      ],
      keys.map((key) => [key, 'million-requests'] as const),
    );
    expect(prices.map(({ key, price }) => [key, price.micros])).toEqual(keys.map((key) => [key, 400_000]));
  });
});
