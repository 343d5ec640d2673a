import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import * as cost from '../../services/cost/index.ts';
import * as placement from '../../services/placement/index.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { azurePrices } from '../../shared/adapters/prices-azure/index.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';

const key = 'azure/westus2/container-apps#active.vcpuHour';
const day = 86_400_000;

/** Azure's list, in which one meter costs what the test says. */
let dollarsASecond = 0.000034;
const server: Server = createServer((request, response) => {
  const filter = new URL(request.url ?? '', 'http://x').searchParams.get('$filter') ?? '';
  const asked = filter.includes("'Azure Container Apps'") && filter.includes("'westus2'");
  const item = {
    serviceName: 'Azure Container Apps',
    productName: 'Azure Container Apps',
    skuName: 'Standard',
    meterName: 'Standard vCPU Active Usage',
    meterId: '2711ef08-ef48-5416-9ef2-f1110cd09c79',
    armRegionName: 'westus2',
    currencyCode: 'USD',
    type: 'Consumption',
    unitOfMeasure: '1 Second',
    tierMinimumUnits: 0,
    retailPrice: dollarsASecond,
    effectiveStartDate: '2022-06-01T00:00:00Z',
  };
  const Items = asked ? [item] : [];
  response.end(JSON.stringify({ Items, NextPageLink: null, Count: Items.length }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/retail/prices`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Cost and placement with records of their own, and a bus between them that delivers everything twice. */
function fleet() {
  const time = { now: Date.parse('2026-11-21T08:00:00Z') };
  const clock = { now: () => time.now };
  const given = {
    settings: cost.defaultCostSettings,
    priceSources: [azurePrices({ url, now: clock.now })],
    billSources: [],
  } as unknown as cost.CostGiven;
  const services = [
    { runtime: createMemoryRuntime({ clock }), handlers: cost.handlers(given) },
    { runtime: createMemoryRuntime({ clock }), handlers: placement.handlers(placement.defaultPlacementSettings) },
  ] as const;
  const said: Envelope[] = [];
  let ids = 0;
  const run = async ({ runtime, handlers }: (typeof services)[number], event: Envelope): Promise<Envelope[]> => {
    const { records, documents, log } = runtime;
    const known = (await log.read({ limit: 10_000 })).length;
    for (const handler of handlers.filter(({ contract }: Handler) => contract.type === event.type))
      await processEvent(handler, event, { records, documents, clock });
    return (await log.read({ limit: 10_000 })).slice(known).map((each) => each.event);
  };
  const deliver = async (event: Envelope): Promise<void> => {
    const fresh: Envelope[] = [];
    for (const service of services) fresh.push(...(await run(service, event)), ...(await run(service, event)));
    said.push(...fresh);
    for (const each of fresh) await deliver(each);
  };
  const tell = async ({ type, subject, data }: Draft): Promise<void> => {
    const id = `told-${(ids += 1)}`;
    const base = { specversion: '1.0', id, source: '/test', datacontenttype: 'application/json' } as const;
    await deliver({ ...base, type, subject, time: new Date(time.now).toISOString(), correlationid: id, data });
  };
  const ask = async <T>(of: 0 | 1, path: string, query: { search?: Record<string, string>; body?: unknown } = {}) => {
    const { records, documents } = services[of].runtime;
    const ports = { records, documents, clock };
    const routes = of === 0 ? cost.routes(ports, given) : placement.routes(ports, placement.defaultPlacementSettings);
    const route = routes.find((each) => each.path === path);
    const answer = await route?.answer({ params: {}, search: {}, ...query });
    expect(answer?.status).toBe(200);
    return answer?.body as T;
  };
  return { time, said, tell, ask };
}

const spec = {
  apiVersion: 'homeostasis.dev/v1',
  kind: 'Application',
  metadata: { name: 'shop' },
  spec: {
    services: [
      {
        name: 'web',
        image: 'registry.example/web:1',
        replicas: 2,
        ports: [{ port: 8080 }],
        constraints: { regions: { allow: ['westus2'] } },
      },
    ],
  },
};

interface Plans {
  readonly plans: readonly [
    { readonly catalogueVersion: string; readonly totals: { readonly compute: { readonly expected: number } } },
  ];
}

interface Prices {
  readonly prices: readonly [
    {
      readonly price: {
        readonly micros: number;
        readonly origin: string;
        readonly asOf: string;
        readonly ageDays: number;
      };
      readonly setAside?: { readonly ratio: number };
    },
  ];
}

describe('a price on its way', () => {
  const { time, said, tell, ask } = fleet();
  const plan = async () => (await ask<Plans>(1, '/plan', { body: spec })).plans[0];
  const price = async () => (await ask<Prices>(0, '/cost/prices', { search: { key } })).prices[0];
  const ofType = (name: string): number => said.filter(({ type }) => type === `dev.homeostasis.${name}.v1`).length;
  const refresh = (more: { readonly accept?: string[] } = {}) => tell(schedulePriceRefresh.draft({ ...more }));

  it('is the embedded one at first, and shown as such', async () => {
    expect((await price()).price).toMatchObject({
      micros: 122_400,
      origin: 'embedded',
      asOf: '2026-07-25',
      ageDays: 119,
    });
    await tell(applicationSubmitted.draft({ application: 'shop', spec } as never));
    expect(ofType('deployment.apply')).toBe(1);
  });

  it('is read from the list, and planned with from then on', async () => {
    const before = await plan();
    dollarsASecond = 0.000068;
    await refresh();
    expect((await price()).price).toMatchObject({
      micros: 244_800,
      origin: 'refreshed',
      asOf: '2026-11-21',
      ageDays: 0,
    });
    const after = await plan();
    expect(after.catalogueVersion).not.toBe(before.catalogueVersion);
    expect(after.totals.compute.expected).toBeGreaterThan(before.totals.compute.expected);
  });

  it('moves nothing by itself', () => {
    expect([ofType('deployment.apply'), ofType('placement.decided')]).toEqual([1, 1]);
  });

  it('that rose a hundredfold is set aside, and the one in use stays, dated as it was', async () => {
    const before = await plan();
    time.now += day;
    dollarsASecond = 0.0068;
    await refresh();
    expect(await price()).toMatchObject({
      price: { micros: 244_800, asOf: '2026-11-21', ageDays: 1 },
      setAside: { ratio: 100 },
    });
    expect((await plan()).totals).toEqual(before.totals);
  });

  it('is believed once somebody accepts it', async () => {
    await refresh({ accept: [key] });
    expect((await price()).price).toMatchObject({ micros: 24_480_000, origin: 'refreshed' });
    expect((await price()).setAside).toBeUndefined();
    expect((await plan()).totals.compute.expected).toBeGreaterThan(1_000_000_000);
    expect(ofType('deployment.apply')).toBe(1);
  });
});
