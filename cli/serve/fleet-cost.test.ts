import { expect, it } from 'vitest';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { costReader } from './fleet-cost.ts';

function routesOf(asked: string[], broken = false): QueryRoute[] {
  const bodies: Readonly<Record<string, unknown>> = {
    '/cost/estimates': {
      estimates: [
        {
          application: 'shop',
          service: 'web',
          monthly: { expected: 12_500_000 },
          compared: { months: [{ ratio: 0.5 }, { ratio: -0.25 }], week: {} },
        },
        { application: 'shop', service: 'gone' },
      ],
    },
    '/cost/month-to-date': {
      billed: [
        { provider: 'aws', currency: 'USD', micros: 3_000_000 },
        { provider: 'gcp', currency: 'EUR', micros: 9 },
      ],
    },
    '/cost/budgets': { budgets: [{ budget: 'all', usedRatio: 1.5 }, { budget: 'unknown' }] },
  };
  return Object.entries(bodies).map(([path, body]) => ({
    method: 'GET',
    path,
    answer: () => {
      asked.push(path);
      return Promise.resolve(broken ? { status: 503, body: {} } : { status: 200, body });
    },
  }));
}

it('tells what is known, in dollars, and asks once a minute', async () => {
  const asked: string[] = [];
  let now = 0;
  const read = costReader(routesOf(asked), { now: () => now });
  const cost = {
    services: [
      { application: 'shop', service: 'web', monthlyDollars: 12.5, monthError: -0.25 },
      { application: 'shop', service: 'gone' },
    ],
    billedDollars: [{ cloud: 'aws', dollars: 3 }],
    budgets: [{ budget: 'all', usedRatio: 1.5 }],
  };
  expect(await read()).toEqual(cost);
  now = 59_999;
  expect(await read()).toEqual(cost);
  expect(asked).toHaveLength(3);
  now = 60_000;
  await read();
  expect(asked).toHaveLength(6);
});

it('asks again after a failure, and tells nothing where there is no cost', async () => {
  const asked: string[] = [];
  const read = costReader(routesOf(asked, true), { now: () => 0 });
  await expect(read()).rejects.toThrow('answered 503');
  await expect(read()).rejects.toThrow('answered 503');
  expect(asked).toHaveLength(6);
  expect(await costReader([], { now: () => 0 })()).toBeUndefined();
});
