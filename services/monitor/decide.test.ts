import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { DeploymentPhase, Report } from '../../shared/contracts/deployment-reported.ts';
import type { ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { readyOf } from './conditions.ts';
import { decideExpectation, type ExpectationInput } from './decide-expectation.ts';
import { decideReport, emptyDeployment, seenOf, type ReportContext } from './decide-report.ts';
import { decideSweep } from './decide-sweep.ts';
import { adopt } from './expectation.ts';
import type { DeploymentRecord, ServiceExpectation } from './record.ts';
import { defaultMonitorSettings } from './settings.ts';

const settings = { ...defaultMonitorSettings, observeInitialMs: 1_000, observeMaxMs: 8_000 };
const target = 'aws/eu-west-1/fargate';
const other = 'gcp/europe-west1/cloud-run';
const context = (now: number): ReportContext => ({ now, region: 'healthy', settings });

const placement = (targets: Record<string, number>, more: Partial<ServicePlacement> = {}): ServicePlacement => ({
  service: 'web',
  tier: 'standard',
  routed: true,
  specHash: 'abcdef01',
  targets: Object.entries(targets).map(([name, replicas]) => ({ target: name, replicas })),
  progressDeadlineSeconds: 60,
  ...more,
});

const decided = (
  generation: number,
  targets?: Record<string, number>,
  more: Partial<ServicePlacement> = {},
): ExpectationInput => ({
  application: 'shop',
  service: 'web',
  generation,
  decidedAt: 0,
  ...(targets === undefined ? {} : { placement: placement(targets, more) }),
});

const report = (phase: DeploymentPhase, generation = 1, more: Partial<Report> = {}): Report => ({
  application: 'shop',
  service: 'web',
  target,
  generation,
  phase,
  reason: phase === 'unreachable' ? 'CloudUnreachable' : 'Observed',
  message: `it is ${phase}`,
  replicas: phase === 'ready' ? { desired: 2, ready: 2 } : { desired: 2, ready: 0 },
  ...(phase === 'ready' ? { endpoint: 'http://web', specHash: 'abcdef01' } : {}),
  ...more,
});

/** The two halves of the monitor's state about one service, driven as the handlers drive them. */
class Monitor {
  known: ServiceExpectation | undefined;
  readonly records = new Map<string, DeploymentRecord>();
  readonly said: Draft[] = [];
  #ids = 0;

  place(input: ExpectationInput, now: number): this {
    const { known, changes } = decideExpectation(this.known, [...this.records.values()], input, context(now));
    this.known = known;
    for (const { record, events } of changes) this.#keep(record, events);
    return this;
  }

  hear(heard: Report, now: number, at = now, id = `r${this.#ids++}`): this {
    const before = adopt(this.records.get(heard.target) ?? emptyDeployment(heard), this.known, heard.generation);
    const seen = seenOf(heard, { id, time: new Date(at).toISOString() });
    const { record, events } = decideReport(before, seen, context(now), heard.retryAfterMs);
    return this.#keep(record, events);
  }

  sweep(now: number): this {
    for (const before of [...this.records.values()]) {
      const { record, events } = decideSweep(before, context(now));
      if (record === 'forget') this.records.delete(before.target);
      else this.#keep(record ?? before, events);
    }
    return this;
  }

  #keep(record: DeploymentRecord, events: readonly Draft[]): this {
    this.records.set(record.target, record);
    this.said.push(...events);
    return this;
  }

  status(of = target): string | undefined {
    return this.records.get(of)?.status;
  }

  /** What was said, without the dev.homeostasis prefix and without looks. */
  words(): string[] {
    const names = this.said.map(({ type }) => type.split('.')[3] ?? '');
    return names.filter((name) => name !== 'observe');
  }

  looks(): { readonly delayMs: number; readonly purpose: string; readonly generation: number }[] {
    return this.said
      .filter(({ type }) => type.includes('observe'))
      .map(({ delayMs, data }) => ({ delayMs, ...(data as { purpose: string; generation: number }) }))
      .map(({ delayMs, purpose, generation }) => ({ delayMs, purpose, generation }));
  }
}

describe('given an expectation', () => {
  it('looks for progress, says ready once, and then follows no more', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0);
    expect(monitor.looks()).toEqual([{ delayMs: 1_000, purpose: 'progress', generation: 1 }]);
    monitor.hear(report('progressing'), 500).hear(report('progressing'), 1_100).hear(report('ready'), 3_200);
    monitor.hear(report('ready'), 3_300).hear(report('ready', 1, { reason: 'AlreadySo' }), 9_000);
    expect(monitor.words()).toEqual(['ready']);
    expect(monitor.looks().map(({ delayMs }) => delayMs)).toEqual([1_000, 1_000]);
    expect(readyOf(monitor.records.get(target)?.conditions ?? [])).toBe('True');
  });

  it('backs off to the maximum while nothing changes, one chain only', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0);
    for (let now = 100; now < 40_000; now += 100) monitor.hear(report('progressing'), now);
    const delays = monitor.looks().map(({ delayMs }) => delayMs);
    expect(delays.slice(0, 6)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(delays.length).toBeLessThan(10);
  });

  it('applies a report that came before the placement', () => {
    const monitor = new Monitor().hear(report('ready'), 10).place(decided(1, { [target]: 2 }), 20);
    expect(monitor.words()).toEqual(['ready']);
  });

  it('ignores reports of an older generation, and keeps looking at the expected one', () => {
    const monitor = new Monitor().place(decided(2, { [target]: 2 }), 0).hear(report('ready', 1), 1_500);
    expect(monitor.status()).toBe('pending');
    expect(monitor.looks()).toHaveLength(2);
  });

  it('is not ready for traffic before its endpoint is known, unless it is a worker', () => {
    const { endpoint: _endpoint, ...silent } = report('ready');
    expect(
      new Monitor()
        .place(decided(1, { [target]: 2 }), 0)
        .hear(silent, 10)
        .status(),
    ).toBe('progressing');
    const worker = decided(1, { [target]: 2 }, { routed: false });
    expect(new Monitor().place(worker, 0).hear(silent, 10).status()).toBe('ready');
  });

  it.each([
    ['progressing', 'failed'],
    ['unreachable', 'failed'],
    ['absent', 'failed'],
    ['degraded', 'failed'],
    ['ready', 'ready'],
  ] as const)('%s when the deadline has passed is %s', (phase, word) => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0).hear(report(phase), 60_000);
    expect(monitor.words()).toEqual([word]);
    if (word === 'failed') expect(monitor.records.get(target)?.reason).toBe('ProgressDeadlineExceeded');
  });

  it('calls a deadline that nobody reports on, by the sweep', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0).sweep(59_000);
    expect(monitor.words()).toEqual([]);
    expect(monitor.sweep(61_000).words()).toEqual(['failed']);
    expect(monitor.sweep(62_000).sweep(130_000).words()).toEqual(['failed']);
  });

  it('says failed with the reason of the cloud, and ready if it recovers', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0);
    monitor.hear(report('failed', 1, { reason: 'ImagePullFailed' }), 10).hear(report('ready'), 20);
    expect(monitor.words()).toEqual(['failed', 'ready']);
    expect(monitor.said.find(({ type }) => type.includes('failed'))?.data).toMatchObject({ reason: 'ImagePullFailed' });
  });

  it('never says two things of one deployment in one millisecond: the second waits for the next look', () => {
    const monitor = new Monitor()
      .place(decided(1, { [target]: 2 }), 0)
      .hear(report('degraded'), 10)
      .hear(report('ready'), 10);
    expect(monitor.words()).toEqual(['degraded']);
    expect(monitor.looks().length).toBeGreaterThan(0);
    expect(monitor.hear(report('ready'), 1_500).words()).toEqual(['degraded', 'ready']);
  });
});

describe('given a ready deployment', () => {
  const ready = (): Monitor => new Monitor().place(decided(1, { [target]: 2 }), 0).hear(report('ready'), 1_000);

  it.each([
    ['another spec hash', report('ready', 1, { specHash: 'ffffffff' }), 'Drifted'],
    ['another replica count', report('ready', 1, { replicas: { desired: 3, ready: 3 } }), 'Drifted'],
    ['drift lines', report('ready', 1, { drift: ['image is nginx:1'] }), 'Drifted'],
    ['nothing there', report('absent'), 'Missing'],
    ['somebody removing it', report('removing'), 'Missing'],
  ])('%s is drift, followed with a new deadline', (_what, seen, reason) => {
    const monitor = ready().hear(seen, 100_000);
    expect(monitor.words()).toEqual(['ready', 'drifted']);
    expect(monitor.records.get(target)).toMatchObject({ reason, deadline: 160_000 });
    expect(monitor.looks().at(-1)).toMatchObject({ purpose: 'progress' });
    expect(monitor.hear(report('ready'), 102_000).words()).toEqual(['ready', 'drifted', 'ready']);
  });

  it('found at an older generation later is drift; an old look that comes late is not', () => {
    const monitor = new Monitor().place(decided(2, { [target]: 2 }), 0).hear(report('ready', 2), 1_000);
    expect(monitor.hear(report('ready', 1), 1_100, 900).words()).toEqual(['ready']);
    expect(monitor.hear(report('ready', 1), 5_000).words()).toEqual(['ready', 'drifted']);
    expect(monitor.hear(report('ready', 2), 6_000).words()).toEqual(['ready', 'drifted', 'ready']);
  });

  it('calls drift that outlives its repair to mind again, a deadline later', () => {
    const monitor = ready().hear(report('absent'), 100_000).hear(report('absent'), 161_000);
    expect(monitor.words()).toEqual(['ready', 'drifted', 'failed']);
    expect(monitor.sweep(200_000).words()).toHaveLength(3);
    expect(monitor.sweep(221_000).words()).toEqual(['ready', 'drifted', 'failed', 'drifted']);
  });

  it('silence says nothing about it, but it is asked again', () => {
    const monitor = ready().hear(report('unreachable'), 50_000);
    expect(monitor.words()).toEqual(['ready']);
    expect(monitor.status()).toBe('ready');
    expect(readyOf(monitor.records.get(target)?.conditions ?? [])).toBe('Unknown');
    expect(monitor.looks()).toHaveLength(2);
  });

  it('in a region that does not answer is followed more slowly', () => {
    const before = ready().records.get(target) as DeploymentRecord;
    const seen = seenOf(report('unreachable'), { id: 'x', time: new Date(50_000).toISOString() });
    const { events } = decideReport(before, seen, { ...context(50_000), region: 'unreachable' });
    expect(events.map(({ delayMs }) => delayMs)).toEqual([settings.observeUnreachableMs]);
  });

  it('is left to the survey by the sweep while its region does not answer, and looked at when it does', () => {
    const before = ready().records.get(target) as DeploymentRecord;
    const late = context(500_000);
    expect(decideSweep(before, { ...late, region: 'unreachable' })).toEqual({ events: [] });
    expect(decideSweep(before, late).events.map(({ data }) => data)).toMatchObject([{ purpose: 'reconcile' }]);
  });

  it('that was silent and is to leave a region that does not answer is followed at the pace of that region', () => {
    const { known, records } = ready().hear(report('unreachable'), 50_000);
    const leave = (silent: readonly string[]) =>
      decideExpectation(known, [...records.values()], decided(2, { [other]: 2 }), {
        ...context(60_000),
        silent: new Set(silent),
      }).changes.flatMap(({ events }) => events.map(({ data, delayMs }) => [(data as Report).target, delayMs]));
    expect(leave([target])).toContainEqual([target, settings.observeUnreachableMs]);
    expect(leave([])).toContainEqual([target, settings.observeInitialMs]);
  });

  it('says degraded and ready again without any deadline', () => {
    const monitor = ready()
      .hear(report('degraded'), 100_000)
      .hear(report('degraded'), 500_000)
      .hear(report('ready'), 600_000);
    expect(monitor.words()).toEqual(['ready', 'degraded', 'ready']);
  });

  it('is looked at by the sweep when it was not seen lately, once', () => {
    const monitor = ready().sweep(20_000);
    expect(monitor.looks()).toHaveLength(1);
    monitor.sweep(40_000).sweep(41_000);
    expect(monitor.looks().slice(1)).toEqual([{ delayMs: 0, purpose: 'reconcile', generation: 1 }]);
    // That look was lost: after a while another takes its place.
    expect(monitor.sweep(120_000).looks()).toHaveLength(3);
  });
});

describe('given a deployment that is to go', () => {
  const retired = (): Monitor =>
    new Monitor()
      .place(decided(1, { [target]: 2 }), 0)
      .hear(report('ready'), 1_000)
      .place(decided(2, { [other]: 2 }), 2_000);

  it('marks targets that are no longer listed, and those of a removed service', () => {
    expect(retired().status()).toBe('retiring');
    expect(retired().status(other)).toBe('pending');
    expect(retired().place(decided(3), 3_000).status(other)).toBe('retiring');
  });

  it('follows its removal and says removed; again when it was asked to go again', () => {
    const monitor = retired().hear(report('removing', 2), 5_000);
    expect(monitor.looks().at(-1)).toMatchObject({ purpose: 'removal', generation: 2 });
    monitor.hear(report('absent', 2), 7_000).hear(report('absent', 2), 20_000);
    expect(monitor.words()).toEqual(['ready', 'removed', 'removed']);
    expect(monitor.status()).toBe('removed');
  });

  it('says removed once, however many generations come after it', () => {
    const monitor = retired().hear(report('absent', 2), 5_000);
    for (const generation of [3, 4, 5]) monitor.place(decided(generation, { [other]: 2 }), generation * 10_000);
    expect(monitor.words()).toEqual(['ready', 'removed']);
    // It is still known as gone: what stands there now is to be removed again, at once.
    expect(monitor.hear(report('ready', 1), 60_000).words()).toEqual(['ready', 'removed', 'drifted']);
    expect(monitor.records.get(target)?.said?.state.generation).toBe(5);
  });

  it('is not called adrift for what a later generation puts there, whose placement is still to come', () => {
    const monitor = retired().hear(report('absent', 2), 5_000).hear(report('progressing', 3), 6_000);
    expect(monitor.words()).toEqual(['ready', 'removed']);
    expect(monitor.status()).toBe('pending');
    monitor.place(decided(3, { [target]: 2 }), 6_500).hear(report('ready', 3), 9_000);
    expect(monitor.words()).toEqual(['ready', 'removed', 'ready']);
  });

  it.each([
    ['silence', report('unreachable', 2)],
    ['going', report('removing', 2)],
    ['gone', report('absent', 2)],
  ])('seen alive after %s is said, so that it is removed again', (_what, first) => {
    const monitor = retired().hear(first, 5_000).hear(report('ready', 1), 9_000);
    expect(monitor.words().at(-1)).toBe('drifted');
    expect(
      monitor
        .hear(report('ready', 1), 9_500)
        .words()
        .filter((word) => word === 'drifted'),
    ).toHaveLength(1);
  });

  it('while it merely still serves is left in peace for a good while', () => {
    const monitor = retired().hear(report('ready', 1), 60_000);
    expect(monitor.words()).toEqual(['ready']);
    expect(monitor.hear(report('ready', 1), 60_000 + settings.owedRemovalMs).words()).toEqual(['ready', 'drifted']);
  });

  it('is forgotten long after it is gone', () => {
    const monitor = retired().hear(report('absent', 2), 5_000);
    expect(monitor.sweep(6_000).records.has(target)).toBe(true);
    expect(monitor.sweep(5_000 + settings.forgetAfterMs).records.has(target)).toBe(false);
  });

  it('an older page that comes late leaves its targets to be removed, not wanted', () => {
    const monitor = new Monitor().place(decided(2, { [other]: 2 }), 0).place(decided(1, { [target]: 2 }), 10);
    expect(monitor.status()).toBe('retiring');
    expect(monitor.records.get(target)?.expected).toMatchObject({ generation: 2, wanted: false });
  });
});

describe('a command that the cloud did not hear', () => {
  const lost = () => new Monitor().place(decided(2, { [target]: 2 }), 0).hear(report('unreachable', 2), 1_000);

  it('is said again when the cloud answers and knows only of an older one, or of nothing', () => {
    expect(lost().hear(report('ready', 1), 5_000).words()).toEqual(['drifted']);
    expect(lost().hear(report('absent', 2), 5_000).words()).toEqual(['drifted']);
  });

  it('is waited for while the cloud is silent, and where it did arrive', () => {
    expect(lost().hear(report('unreachable', 2), 5_000).words()).toEqual([]);
    expect(lost().hear(report('progressing', 2), 5_000).words()).toEqual([]);
    expect(
      new Monitor()
        .place(decided(2, { [target]: 2 }), 0)
        .hear(report('absent', 2), 5_000)
        .words(),
    ).toEqual([]);
  });
});

describe('a newer generation stands there', () => {
  const stale = (generation: number, standing?: number): Report =>
    report('stale', generation, { reason: 'StaleGeneration', ...(standing === undefined ? {} : { standing }) });
  const failures = (monitor: Monitor) => monitor.said.filter(({ type }) => type.includes('failed'));

  it('than is known: the generation in force has failed at once, and it is said which one stands', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0).hear(stale(1, 7), 100);
    expect(monitor.status()).toBe('failed');
    expect(failures(monitor)).toMatchObject([{ data: { generation: 1, reason: 'StaleGeneration', standing: 7 } }]);
    monitor.hear(stale(1, 7), 200);
    expect(failures(monitor)).toHaveLength(1);
    monitor.hear(stale(1, 9), 300);
    expect(failures(monitor)[1]).toMatchObject({ data: { standing: 9 } });
  });

  it('also when the answer comes before the placement is heard of', () => {
    const monitor = new Monitor().hear(stale(1, 7), 100).place(decided(1, { [target]: 2 }), 200);
    expect(failures(monitor)).toMatchObject([{ data: { standing: 7 } }]);
  });

  it('and the one above it is followed as any other', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0).hear(stale(1, 7), 100);
    monitor.place(decided(8, { [target]: 2 }), 200).hear(report('ready', 8), 300);
    expect(monitor.status()).toBe('ready');
    expect(monitor.words()).toEqual(['failed', 'ready']);
  });

  it('because it was decided since: an old command that comes late changes nothing', () => {
    const monitor = new Monitor().place(decided(2, { [target]: 2 }), 0).hear(report('ready', 2), 100);
    const before = monitor.status();
    monitor.hear(stale(1, 2), 200);
    expect(monitor.status()).toBe(before);
    expect(monitor.words()).toEqual(['ready']);
  });

  it('of which a deployer does not say the number: the deadline decides', () => {
    const monitor = new Monitor().place(decided(1, { [target]: 2 }), 0).hear(stale(1), 100);
    expect(monitor.status()).toBe('pending');
  });
});

type Step = { readonly place: ExpectationInput } | { readonly heard: Report; readonly at: number };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      generation: fc.integer({ min: 1, max: 4 }),
      phase: fc.constantFrom(
        'progressing',
        'ready',
        'degraded',
        'failed',
        'removing',
        'absent',
        'unreachable',
        'stale',
      ),
      which: fc.constantFrom(target, other),
      standing: fc.integer({ min: 2, max: 9 }),
      at: fc.integer({ min: 1, max: 50 }),
    })
    .map(({ generation, phase, which, at, standing }) => ({
      heard: report(phase as DeploymentPhase, generation, {
        target: which,
        ...(phase === 'stale' ? { standing: Math.max(standing, generation + 1) } : {}),
      }),
      at,
    })),
);

/** What each generation places is fixed by the generation: a generation is decided once. */
const placements = fc
  .array(
    fc.constantFrom<Record<string, number> | undefined>(
      { [target]: 2 },
      { [other]: 2 },
      { [target]: 2, [other]: 2 },
      undefined,
    ),
    {
      minLength: 4,
      maxLength: 4,
    },
  )
  .map((targets) => targets.map((each, index): Step => ({ place: decided(index + 1, each) })));

function outcome(steps: readonly { readonly step: Step; readonly id: string }[]): unknown {
  const monitor = new Monitor();
  steps.forEach(({ step, id }, index) => {
    const now = 1_000 + index;
    if ('place' in step) monitor.place(step.place, now);
    else monitor.hear(step.heard, now, step.at, id);
  });
  const records = [...monitor.records.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
  return records.map(({ target: name, expected, status, reason, message, conditions }) => {
    return { name, expected, status, reason, message, conditions };
  });
}

describe('any order, any repetition', () => {
  it('of the same placements and reports ends in the same state', () => {
    const history = fc
      .tuple(placements, fc.array(stepArbitrary, { maxLength: 14 }))
      .map(([placed, heard]) => [...placed, ...heard].map((step, index) => ({ step, id: `e${index}` })));
    fc.assert(
      fc.property(
        history.chain((steps) =>
          fc.tuple(
            fc.constant(steps),
            fc.shuffledSubarray(steps, { minLength: steps.length }),
            fc.array(fc.constantFrom(...steps), { maxLength: 8 }),
          ),
        ),
        ([steps, shuffled, again]) => {
          expect(outcome([...shuffled, ...again])).toEqual(outcome(steps));
        },
      ),
      { numRuns: 400 },
    );
  });
});
