import { describe, expect, it } from 'vitest';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { fleetReader } from './fleet.ts';
import { measuredReader, newest, type Series } from './measured.ts';

const minute = 1_800_000_000;
const series = (points: readonly (readonly number[])[], metric = 'http.server.request.count'): Series => ({
  application: 'shop',
  service: 'web',
  place: 'router',
  metrics: [{ metric, points }],
});
const route = (path: string, answer: QueryRoute['answer']): QueryRoute => ({ method: 'GET', path, answer });
const ok = (body: unknown) => Promise.resolve({ status: 200 as const, body });
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 });

describe('the newest complete minute', () => {
  it.each([
    [
      'is not the one that still goes on',
      minute + 65,
      [
        [minute - 60, 5],
        [minute, 9],
      ],
      5,
    ],
    [
      'is the one whose last window has been said',
      minute + 70,
      [
        [minute - 60, 5],
        [minute, 9],
      ],
      9,
    ],
    ['is unknown when it is too old to say anything of now', minute + 3600, [[minute, 9]], undefined],
  ])('%s', (_, now, points, wanted) => {
    expect(newest(series(points), now).latest['http.server.request.count']?.value).toBe(wanted);
  });
});

describe('what was measured', () => {
  it('is read page after page, and not again at once', async () => {
    const asked: unknown[] = [];
    const pages = route('/metrics/services', ({ search }) => {
      asked.push(search['after']);
      return ok({ services: [series([[minute, 60]])], ...(search['after'] === undefined ? { next: 'more' } : {}) });
    });
    const read = measuredReader([pages], clockAt(minute + 120));
    expect(await read()).toHaveLength(2);
    expect(await read()).toHaveLength(2);
    expect(asked).toEqual([undefined, 'more']);
  });

  it('says which endpoint is missing, or fails', async () => {
    await expect(measuredReader([], clockAt(minute))()).rejects.toThrow('no service answers GET /metrics/services');
    const broken = route('/metrics/services', () => Promise.resolve({ status: 400, body: { detail: 'no' } }));
    await expect(measuredReader([broken], clockAt(minute))()).rejects.toThrow('answered 400');
  });
});

describe('the fleet', () => {
  const last = { scope: 'aws/eu-west-1', startedAt: 2, recoveryTimeMs: 20_000, overRto: 1, overRpo: 0 };
  const fleet = fleetReader(
    [
      route('/deployments', () => ok({ deployments: [] })),
      route('/metrics/services', () =>
        ok({
          services: [
            {
              ...series([]),
              metrics: [
                { metric: 'http.server.request.count', points: [[minute, 120]] },
                { metric: 'http.server.request.error.count', points: [[minute, 30]] },
              ],
            },
          ],
        }),
      ),
      route('/health/regions', () => ok({ regions: [{ scope: 'aws/eu-west-1', status: 'healthy' }] })),
      route('/recovery-summary', () =>
        ok({ recoveries: { completed: 2, running: 1 }, last: [last], openIncidents: 1 }),
      ),
    ],
    clockAt(minute + 70),
  );

  it('has rates and ratios of one minute, and the last recovery of each place', async () => {
    expect(await fleet()).toEqual({
      deployments: [],
      services: [{ application: 'shop', service: 'web', requestsPerSecond: 2, errorRatio: 0.25 }],
      scopes: [{ scope: 'aws/eu-west-1', status: 'healthy' }],
      recoveries: { completed: 2, running: 1 },
      lastRecoveries: [{ scope: 'aws/eu-west-1', seconds: 20, overRto: 1, overRpo: 0 }],
      openIncidents: 1,
    });
  });
});
