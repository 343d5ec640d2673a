import { describe, expect, it } from 'vitest';
import type { Draft } from '../../shared/contracts/contract.ts';
import { decideErrors, type ErrorSign } from './decide-errors.ts';
import { decideHealth } from './decide-health.ts';
import { emptyHealth } from './health-record.ts';
import type { ErrorVerdict, HealthRecord, Verdict } from './record.ts';
import { defaultMonitorSettings } from './settings.ts';

const settings = { ...defaultMonitorSettings.health, unreachableSpanMs: 10, refreshMs: 0 };
const minute = 60_000;

class Region {
  record: HealthRecord = emptyHealth('aws/eu-west-1');
  said: Draft[] = [];
  now = 0;

  requests(verdicts: Readonly<Record<string, ErrorVerdict>>, after = minute): string {
    this.now += after;
    const signs = Object.entries(verdicts).map(([name, verdict]): ErrorSign => ({
      deployment: `shop/${name}/aws/eu-west-1/fargate`,
      verdict,
      reason: `ErrorRatio 0.43 of 210 requests`,
    }));
    return this.#take(decideErrors(this.record, signs, { at: this.now, settings }));
  }

  report(verdict: Verdict, after = 10_000): string {
    this.now += after;
    const sign = {
      at: this.now,
      id: String(this.now),
      deployment: 'shop/web/aws/eu-west-1/fargate',
      verdict,
      reason: 'Observed',
    };
    return this.#take(decideHealth(this.record, sign, settings));
  }

  #take({ record, events }: { readonly record?: HealthRecord; readonly events: readonly Draft[] }): string {
    this.record = record ?? this.record;
    this.said.push(...events);
    return this.record.status;
  }
}

describe('requests that fail', () => {
  it('speak against a region when enough of what it serves fails there, with the figures as evidence', () => {
    const region = new Region();
    expect(region.requests({ web: 'fails', api: 'serves' })).toBe('healthy');
    expect(region.requests({ web: 'fails', cart: 'fails', api: 'serves' })).toBe('healthy');
    expect(region.requests({ web: 'fails', cart: 'fails', api: 'serves' })).toBe('unhealthy');
    expect(region.said.map(({ data }) => data)).toEqual([
      {
        scope: 'aws/eu-west-1',
        status: 'unhealthy',
        previous: 'healthy',
        since: new Date(3 * minute).toISOString(),
        evidence: [
          'shop/web/aws/eu-west-1/fargate: ErrorRatio 0.43 of 210 requests',
          'shop/cart/aws/eu-west-1/fargate: ErrorRatio 0.43 of 210 requests',
        ],
      },
    ]);
  });

  it.each([
    ['of a service that fails wherever it stands', { web: 'fails everywhere', cart: 'fails everywhere' }, 'healthy'],
    ['of two among many that serve', { web: 'fails', cart: 'fails', a: 'serves', b: 'serves', c: 'serves' }, 'healthy'],
    ['of the only one, when nothing tells whether it is the place', { web: 'fails' }, 'healthy'],
    ['of the only one, when the same service serves well elsewhere', { web: 'fails only here' }, 'unhealthy'],
  ] as const)('%s', (_, verdicts, expected) => {
    const region = new Region();
    region.requests(verdicts);
    expect(region.requests(verdicts)).toBe(expected);
  });

  it('are not outshone by a deployment that reports it is ready', () => {
    const region = new Region();
    region.requests({ web: 'fails', cart: 'fails' });
    region.requests({ web: 'fails', cart: 'fails' });
    for (let look = 0; look < 30; look++) expect(region.report('well', 1_000)).toBe('unhealthy');
    expect(region.requests({ web: 'serves', cart: 'serves' })).toBe('healthy');
    expect(region.record.errors).toBeUndefined();
  });

  it('stand below silence: a region that does not answer is unreachable', () => {
    const region = new Region();
    region.requests({ web: 'fails', cart: 'fails' });
    region.requests({ web: 'fails', cart: 'fails' });
    for (let look = 0; look < 3; look++) region.report('silent');
    expect(region.record.status).toBe('unreachable');
    expect(region.report('well')).toBe('unhealthy');
  });

  it('count no more once nobody has been asked for ten minutes: traffic may have left', () => {
    const region = new Region();
    region.requests({ web: 'fails', cart: 'fails' });
    region.requests({ web: 'fails', cart: 'fails' });
    expect(region.report('well', 9 * minute)).toBe('unhealthy');
    expect(region.report('well', minute)).toBe('healthy');
  });

  it('that come and go are believed to be over later each time', () => {
    const region = new Region();
    const waits: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      expect(region.requests({ web: 'fails only here' }, 1_000)).toBe('unhealthy');
      let waited = 0;
      while (region.requests({ web: 'serves' }, 10_000) !== 'healthy') waited += 10_000;
      waits.push(waited);
    }
    expect(waits).toEqual([0, 0, 60_000, 120_000, 240_000, 480_000]);
  });

  it('leave no trace in a region that is well', () => {
    expect(
      decideErrors(emptyHealth('a/b'), [{ deployment: 'd', verdict: 'serves', reason: '' }], { at: 1, settings }),
    ).toEqual({ events: [] });
  });
});

describe('a region whose reports come and go', () => {
  it('must stay well longer with each turn, and is told as such', () => {
    const region = new Region();
    const waits: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      for (let look = 0; look < 3; look++) region.report('silent', 1_000);
      expect(region.record.status).toBe('unreachable');
      let waited = 0;
      while (region.report('well', 5_000) !== 'healthy') waited += 5_000;
      waits.push(waited);
    }
    expect(waits).toEqual([0, 0, 60_000, 120_000, 240_000]);
    expect(region.said).toHaveLength(10);
  });
});
