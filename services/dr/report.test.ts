import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrillRecord } from './drill-record.ts';
import { A, B, decided, health, lost, placed, ready, shifted, standing, World } from './fixtures.ts';
import { escape, markup } from '../../shared/domain/markup.ts';
import { page } from './report-page.ts';
import { duration } from './report-picture.ts';
import { drillReport, recoveryReport, type Report } from './report.ts';

async function recovered(): Promise<Report> {
  const world = new World();
  await standing(world, placed('web', { targets: [A], tier: 'critical' }), placed('cart', { targets: [A, B] }));
  const sign = world.now;
  await world.deliver(health('unreachable', sign));
  await world.after(15_000);
  await world.deliver(decided(2, placed('web', { targets: [B], tier: 'critical' }), placed('cart', { targets: [B] })));
  await world.deliver(shifted('cart', 2, B));
  await world.deliver(ready('cart', B, 2));
  await world.after(4_000);
  await world.deliver(ready('web', B, 2));
  await world.after(500);
  await world.deliver(shifted('web', 2, B));
  await world.after(0);
  const [recovery] = world.recoveries();
  if (recovery === undefined) throw new Error('there is no recovery');
  return recoveryReport(recovery, world.reader());
}

const shadow: DrillRecord = {
  drill: 'd1',
  scope: lost,
  kind: 'shadow',
  mode: 'graceful',
  reason: 'weekly',
  state: 'completed',
  requestedAt: 1_000_000,
  endedAt: 1_002_000,
  check: 1,
  applications: ['shop'],
  result: {
    verdict: 'fail',
    services: 1,
    overRto: 1,
    overRpo: 0,
    lost: 0,
    recoveryTimeMs: 149_000,
    findings: [{ application: 'shop', service: 'web', problem: 'too slow', fix: 'warm' }],
    estimates: [
      {
        application: 'shop',
        service: 'web',
        outcome: 'moves',
        from: [A],
        to: [B],
        rto: { objectiveMs: 120_000, estimatedMs: 149_000 },
        rpo: { objectiveMs: 60_000 },
        detail: '120 s to start',
      },
    ],
  },
};

describe('the report of a recovery', () => {
  it('has every phase, target against actual of every service, what clients saw, and the moments in order', async () => {
    const report = await recovered();
    expect(report).toMatchObject({ verdict: 'pass', services: 2, overRto: 0, lost: 0, recoveryTimeMs: 19_500 });
    expect(report.phases.map(({ phase }) => phase)).toEqual(
      expect.arrayContaining(['detect', 'decide', 'exclude', 'place', 'deploy', 'healthy', 'shift']),
    );
    const web = report.parts.find(({ service }) => service === 'web');
    expect(web).toMatchObject({ rto: { objectiveMs: 120_000, actualMs: 19_500 }, late: false, clients: { failed: 0 } });
    expect(web?.phases.find(({ phase }) => phase === 'shift')).toMatchObject({ status: 'completed', durationMs: 500 });
    const times = report.timeline.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    expect(report.timeline.map(({ what }) => what)).toContain('shop/web has its traffic again');
  });

  it('is one page that needs nothing else', async () => {
    const html = page(await recovered());
    expect(html).not.toMatch(/<script|<link|<img|<iframe|https?:|url\(|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('@media print');
    expect(html.match(/<rect class="bar/g)?.length).toBeGreaterThan(5);
    for (const shown of ['shop/web', lost, '19.5 s of 2 min']) expect(html).toContain(shown);
  });

  it('of a shadow drill is the page that it was', async () => {
    const html = page(drillReport(shadow, undefined)).replace(/<style>.*?<\/style>/s, '<style></style>');
    await expect(html).toMatchFileSnapshot('./report.golden.txt');
  });
});

describe('markup', () => {
  it('escapes whatever is put in, wherever others could have put it', async () => {
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'&';
    const text = JSON.stringify(await recovered(), (key, value: unknown) =>
      typeof value === 'string' && /^(?:reason|title|detail|application|service|what|scope)$/.test(key) ? evil : value,
    );
    const report = JSON.parse(text) as Report;
    const html = page({ ...report, findings: [{ application: evil, service: evil, problem: evil, fix: evil }] });
    expect(html).not.toMatch(/<script|<img/i);
    expect(html).toContain('&lt;script&gt;');
  });

  it('lets no text end an attribute or an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(markup`<a title="${text}">${text}</a>`.text.match(/[<>"]/g)?.join('')).toBe('<"">' + '<>');
        expect(escape(text)).not.toMatch(/[<>"']/);
      }),
    );
  });
});

it('durations are told as people tell them', () => {
  expect([850, 12_400, 200_000, 180_000, 7_500_000].map(duration)).toEqual([
    '850 ms',
    '12.4 s',
    '3 min 20 s',
    '3 min',
    '2 h 5 min',
  ]);
});
