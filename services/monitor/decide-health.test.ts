import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideHealth, verdictOf } from './decide-health.ts';
import { emptyHealth } from './health-record.ts';
import { emptyDeployment } from './decide-report.ts';
import type { DeploymentRecord, HealthRecord, HealthSign, Seen, Verdict } from './record.ts';
import { defaultMonitorSettings } from './settings.ts';

const settings = { ...defaultMonitorSettings.health, unreachableSpanMs: 10, refreshMs: 0 };
const scope = 'aws/eu-west-1';

const sign = (verdict: Verdict, at: number, deployment = 'shop/web'): HealthSign => ({
  at,
  id: `s${at}-${deployment}`,
  deployment,
  verdict,
  reason: verdict === 'silent' ? 'CloudUnreachable' : 'Observed',
});

function after(signs: readonly HealthSign[], with_ = settings): { record: HealthRecord; said: unknown[] } {
  let record = emptyHealth(scope);
  const said: unknown[] = [];
  for (const each of signs) {
    const decided = decideHealth(record, each, with_);
    record = decided.record ?? record;
    said.push(...decided.events.map(({ data }) => data));
  }
  return { record, said };
}

describe('a region', () => {
  it('is unreachable after as many silent looks as it takes, over long enough, with the evidence', () => {
    expect(after([sign('silent', 1), sign('silent', 2), sign('silent', 3)]).record.status).toBe('healthy');
    const { record, said } = after([sign('silent', 1), sign('silent', 2), sign('silent', 12, 'shop/cart')]);
    expect(record.status).toBe('unreachable');
    expect(said).toEqual([
      {
        scope,
        status: 'unreachable',
        previous: 'healthy',
        evidence: ['shop/web: CloudUnreachable', 'shop/web: CloudUnreachable', 'shop/cart: CloudUnreachable'],
        since: new Date(1).toISOString(),
      },
    ]);
  });

  it('is not, when one answer comes in between', () => {
    const signs = [sign('silent', 1), sign('silent', 20), sign('answered', 30), sign('silent', 40), sign('silent', 60)];
    expect(after(signs).said).toEqual([]);
  });

  it('answers again with the first answer: there may be nobody left in it to give a second', () => {
    const down = [1, 10, 20].map((at) => sign('silent', at));
    const { said } = after([...down, sign('answered', 30)]);
    expect(said).toMatchObject([{ status: 'unreachable' }, { status: 'healthy', previous: 'unreachable' }]);
  });

  it('is well again after two successes in a row when its health had failed, not after one', () => {
    const failing = [1, 10, 20].flatMap((at) => [sign('unwell', at), sign('unwell', at + 5, 'shop/cart')]);
    expect(after([...failing, sign('well', 40)]).record.status).toBe('unhealthy');
    expect(after([...failing, sign('well', 40), sign('well', 50)]).record.status).toBe('healthy');
  });

  it('is unhealthy only when several deployments fail in it: one that crashes is its own fault', () => {
    const one = [1, 10, 20, 30].map((at) => sign('unwell', at));
    expect(after(one).record.status).toBe('healthy');
    const { record } = after([...one, sign('unwell', 40, 'shop/cart')]);
    expect(record.status).toBe('unhealthy');
    expect(after([...one, sign('well', 35, 'blog/web'), sign('unwell', 40, 'shop/cart')]).record.status).toBe(
      'healthy',
    );
  });

  it('does not write what changes nothing', () => {
    const steady = { ...settings, refreshMs: 10_000 };
    const { record } = after([sign('well', 1)], steady);
    expect(decideHealth(record, sign('well', 500), steady).record).toBeUndefined();
    expect(decideHealth(record, sign('silent', 500), steady).record).toBeDefined();
    const down = after(
      [1, 10, 20].map((at) => sign('silent', at)),
      steady,
    ).record;
    expect(decideHealth(down, sign('silent', 30), steady).record).toBeUndefined();
  });

  it('stays a small record whatever happens', () => {
    const verdicts: Verdict[] = ['silent', 'well', 'unwell', 'answered'];
    const signs = Array.from({ length: 500 }, (_, at) => sign(verdicts[at % 4] as Verdict, at));
    expect(JSON.stringify(after(signs).record).length).toBeLessThan(5_000);
  });

  it('ends in the same health whatever the order in which signs arrive', () => {
    const signs = fc
      .array(fc.constantFrom<Verdict>('silent', 'unwell', 'answered', 'well'), { minLength: 1, maxLength: 20 })
      .map((verdicts) => verdicts.map((verdict, index) => sign(verdict, index * 7, `shop/${index % 3}`)));
    const orders = signs.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(orders, ([all, shuffled]) => {
        expect(after([...shuffled, ...shuffled]).record).toEqual({ ...after(all).record, since: expect.any(Number) });
      }),
    );
  });
});

describe('what a report says of its region', () => {
  const seen = (phase: Seen['phase'], more: Partial<Seen> = {}): Seen => ({
    at: 1,
    id: 'x',
    generation: 1,
    phase,
    reason: 'Observed',
    message: '',
    replicas: { desired: 2, ready: 0 },
    ...more,
  });
  const fresh = emptyDeployment({ application: 'shop', service: 'web', target: 'aws/eu-west-1/fargate' });
  const expected = { generation: 1, wanted: true, routed: true, specHash: 'a', replicas: 2, since: 0, deadlineMs: 1 };
  const ready: DeploymentRecord = { ...fresh, expected, track: { firstReadyAt: 0 } };

  it.each([
    ['unreachable', ready, seen('unreachable', { reason: 'CloudUnreachable' }), 'silent'],
    ['throttled', ready, seen('unreachable', { reason: 'Throttled' }), undefined],
    ['ready', ready, seen('ready'), 'well'],
    ['no replica left of what was ready', ready, seen('degraded'), 'unwell'],
    ['some replicas left', ready, seen('degraded', { replicas: { desired: 2, ready: 1 } }), 'answered'],
    ['failing health', ready, seen('degraded', { reason: 'Unhealthy', replicas: { desired: 2, ready: 2 } }), 'unwell'],
    ['a new generation that never was ready', fresh, seen('failed', { reason: 'CrashLooping' }), 'answered'],
    ['absent', ready, seen('absent'), 'answered'],
  ] as const)('%s', (_what, record, look, verdict) => {
    expect(verdictOf(record, look)).toBe(verdict);
  });
});
