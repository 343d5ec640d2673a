import { describe, expect, it } from 'vitest';
import type { GatewayStats } from '../../shared/adapters/gateway/index.ts';
import { trafficMeasured } from '../../shared/contracts/traffic-measured.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { measureTraffic } from './measure-traffic.ts';

/** A gateway that answered so many requests of each service, each in 2 ms at most. */
function stand() {
  let now = Date.parse('2026-11-21T03:00:00Z');
  const answered = new Map<string, number>();
  const stats = (): GatewayStats => ({
    services: [...answered].map(([service, requests]) => ({
      host: `${service}.shop.localhost`,
      application: 'shop',
      service,
      requests,
      errors: 0,
      retries: 0,
      inFlight: 0,
      latency: [0, requests],
      latencySumMs: requests,
    })),
    endpoints: [],
    unknownHosts: 0,
  });
  const said: Envelope[] = [];
  let broken = false;
  const publish = (all: readonly { readonly event: Envelope }[]): Promise<'accepted'[]> => {
    if (broken) return Promise.reject(new Error('disk full'));
    said.push(...all.map(({ event }) => event));
    return Promise.resolve(all.map(() => 'accepted' as const));
  };
  let tick = (): void => {};
  const measuring = measureTraffic({
    gateway: { stats },
    bus: { publish },
    clock: { now: () => now },
    logger: silentLogger,
    every: (everyMs, run) => {
      expect(everyMs).toBe(10_000);
      tick = run;
      return () => (tick = () => {});
    },
  });
  return {
    said,
    answer: (count: number, service = 'web') => answered.set(service, (answered.get(service) ?? 0) + count),
    pass: async (broke = false): Promise<void> => {
      broken = broke;
      now += 10_000;
      tick();
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => measuring.close(),
    data: () => said.map((event) => trafficMeasured.parse(event).data),
  };
}

describe('traffic.measured', () => {
  it('is one event a window, with the services that answered', async () => {
    const at = stand();
    at.answer(5);
    await at.pass();
    at.answer(2);
    at.answer(3, 'api');
    await at.pass();
    expect(at.data()).toMatchObject([
      { from: '2026-11-21T03:00:00.000Z', to: '2026-11-21T03:00:10.000Z', services: [{ service: 'web', requests: 5 }] },
      { from: '2026-11-21T03:00:10.000Z', services: [{ requests: 2 }, { service: 'api', requests: 3 }] },
    ]);
    expect(new Set(at.said.map(({ id }) => id)).size).toBe(2);
  });

  it('is not said of a window without requests', async () => {
    const at = stand();
    await at.pass();
    expect(at.said).toEqual([]);
  });

  it('comes in pages of 500 services', async () => {
    const at = stand();
    for (let index = 0; index < 1001; index++) at.answer(1, `s${index}`);
    await at.pass();
    expect(at.data().map(({ services }) => services.length)).toEqual([500, 500, 1]);
    expect(new Set(at.said.map(({ id }) => id)).size).toBe(3);
  });

  it('loses nothing when it cannot be published: the next window tells of both', async () => {
    const at = stand();
    at.answer(5);
    await at.pass(true);
    at.answer(2);
    await at.pass();
    expect(at.data()).toMatchObject([
      { from: '2026-11-21T03:00:00.000Z', to: '2026-11-21T03:00:20.000Z', services: [{ requests: 7 }] },
    ]);
  });

  it('tells at the end what is left, and nothing after', async () => {
    const at = stand();
    at.answer(4);
    await at.close();
    expect(at.data()).toMatchObject([{ services: [{ requests: 4 }] }]);
    at.answer(4);
    await at.pass();
    expect(at.said).toHaveLength(1);
  });
});
