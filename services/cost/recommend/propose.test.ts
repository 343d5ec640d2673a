import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arm } from './arm.ts';
import { commitment } from './commitment.ts';
import { cloudRun, factsOf, fargate, share, tokyo, used, virginia, web } from './fixtures.ts';
import { idle } from './idle.ts';
import { move } from './move.ts';
import type { Proposal } from './proposal.ts';
import { proposalsFor, rulesOut } from './propose.ts';
import { rightsize } from './rightsize.ts';
import { scaleSchedule } from './scale-schedule.ts';
import { spot } from './spot.ts';

const evidence = (proposal: Proposal | undefined, name: string) =>
  proposal?.evidence.find((each) => each.name === name)?.value;

describe('rightsize', () => {
  const days = used(14, () => ({ cpu: share(0.2), memory: share(0.2), replicas: 2 }));
  it('takes the smallest size the runtime has that leaves head-room', () => {
    const found = rightsize(factsOf(web(), { days }));
    // 400m and 819Mi used: 500m and 1,024Mi with a fifth left free, which Fargate has with 1 GiB and more.
    expect(found).toMatchObject({
      ...{ kind: 'rightsize', target: fargate, risk: 'low', oneOffMicros: 0 },
      change: [
        { path: '/resources/cpu', from: '2', to: '500m' },
        { path: '/resources/memory', from: '4Gi', to: '1088Mi' },
      ].map((each) => expect.objectContaining({ path: each.path, from: each.from }) as unknown),
    });
    expect(found?.confidence).toBe(1);
    expect(found?.monthlySavingMicros).toBeGreaterThan(80e6);
  });
  it('says so when the highest minute took more than it would have', () => {
    const spiky = used(14, () => ({ cpu: share(0.2, 0.9), memory: share(0.2) }));
    const found = rightsize(factsOf(web(), { days: spiky }));
    expect(found?.risk).toBe('medium');
    expect(found?.reason).toContain('Its highest minute took 1800m CPU, more than it would have');
    expect(evidence(found, 'cpu.max')).toBe(1800);
  });
  it('says nothing of what is little known, unknown, or well used', () => {
    expect(rightsize(factsOf(web(), { days: days.slice(0, 6) }))).toBeUndefined();
    expect(rightsize(factsOf(web(), { days: used(14, () => ({ requests: 5 })) }))).toBeUndefined();
    expect(
      rightsize(factsOf(web(), { days: used(14, () => ({ cpu: share(0.7), memory: share(0.9) })) })),
    ).toBeUndefined();
  });
  it('leaves what is not known as it is', () => {
    const found = rightsize(factsOf(web(), { days: used(14, () => ({ cpu: share(0.2) })) }));
    expect(found?.change.map(({ path }) => path)).not.toContain('/resources/memory');
  });
  it('keeps a second replica where there was one, and takes away those that are too many', () => {
    const stated = web({ replicas: 8, resources: { cpu: '250m', memory: '512Mi' } });
    const idleDays = used(14, () => ({ cpu: share(0.05), memory: share(0.5) }));
    const found = rightsize(factsOf(stated, { days: idleDays }));
    expect(found?.change).toEqual([{ path: '/replicas', from: 8, to: 2 }]);
    expect(found?.risk).toBe('medium');
  });
  it('knows that fewer replicas share the work now than on the days it was measured', () => {
    // Two of them have to do what four did at a fifth of a core each: two fifths, and a quarter more.
    const crowd = used(14, () => ({ cpu: share(0.1), memory: share(0.2), replicas: 4 }));
    const found = rightsize(factsOf(web(), { days: crowd }));
    expect(evidence(found, 'cpu.p99')).toBe(400);
    expect(found?.change.find(({ path }) => path === '/resources/cpu')?.to).toBe('500m');
    // Two did what four do now: what one used then is the safer figure. Nor does a rollout, in which both stand, count.
    const [few, more] = [1, 2.1].map((replicas) =>
      rightsize(factsOf(web(), { days: used(14, () => ({ cpu: share(0.1), memory: share(0.2), replicas })) })),
    );
    expect([evidence(few, 'cpu.p99'), evidence(more, 'cpu.p99')]).toEqual([200, 200]);
  });
  it('is less sure of what is known in part, or varies', () => {
    const half = rightsize(factsOf(web(), { days: used(7, () => ({ cpu: share(0.2), memory: share(0.2) })) }));
    expect(half?.confidence).toBe(0.5);
    const wild = used(14, (index) => ({ cpu: share(index % 2 === 0 ? 0.01 : 0.3), memory: share(0.2) }));
    expect(rightsize(factsOf(web(), { days: wild }))?.confidence).toBeLessThan(0.7);
  });
  it('never asks for less than was used at the 99th percentile, nor less memory than the peak, and always costs less', () => {
    const some = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: 6 }), (cpu, memory, replicas) => {
        const facts = factsOf(web({ replicas }), {
          days: used(14, () => ({ cpu: share(cpu), memory: share(memory) })),
        });
        const found = rightsize(facts);
        if (found === undefined) return;
        const to = (path: string, before: number): number => {
          const value = found.change.find((each) => each.path === path)?.to;
          return value === undefined ? before : parseInt(String(value), 10);
        };
        const left = to('/replicas', replicas);
        expect((cpu * 2000 * replicas) / left).toBeLessThanOrEqual(to('/resources/cpu', 2000));
        expect(memory * 4096).toBeLessThanOrEqual(to('/resources/memory', 4096));
        expect(found.monthlySavingMicros).toBeGreaterThan(0);
      }),
    );
  });
});

describe('idle', () => {
  const quiet = used(14, () => ({ cpu: share(0.01), requests: 0 }));
  it('is what had no request and used no CPU, with the way back in the change', () => {
    const found = idle(factsOf(web(), { days: quiet }));
    expect(found).toMatchObject({ kind: 'idle', risk: 'medium', change: [{ path: '/replicas', from: 2, to: 0 }] });
  });
  it.each([
    ['requests are not known', () => ({ cpu: share(0.01) })],
    ['CPU is not known', () => ({ requests: 0 })],
    ['one request came', (index: number) => ({ cpu: share(0.01), requests: index === 3 ? 1 : 0 })],
    ['it computes', () => ({ cpu: share(0.2), requests: 0 })],
    ['little of the days is known', () => ({ cpu: share(0.01), requests: 0, minutes: 300 })],
  ])('is nothing where %s', (_, of) => {
    expect(idle(factsOf(web(), { days: used(14, of) }))).toBeUndefined();
  });
  it('is riskier where others call it', () => {
    const links = [{ direction: 'in' as const, service: 'shopfront', gbPerMonth: 1, targets: [fargate] }];
    const found = idle(factsOf(web(), { days: quiet, links }));
    expect(found?.risk).toBe('high');
    expect(found?.reason).toContain('shopfront may still call it');
  });
});

describe('spot', () => {
  it('is for what keeps nothing and has a second replica', () => {
    expect(spot(factsOf())).toMatchObject({ risk: 'medium', change: [{ path: '/spot', to: true }] });
    expect(spot(factsOf(web({ tier: 'best-effort' })))?.risk).toBe('low');
  });
  it.each([
    ['one replica', web({ replicas: 1 })],
    ['a critical service', web({ tier: 'critical' })],
    ['volumes', web({ volumes: [{ name: 'data', mountPath: '/data' }] })],
    ['what has it', web({ spot: true })],
  ])('is not for %s', (_, stated) => expect(spot(factsOf(stated))).toBeUndefined());
  it('is not where there is no such capacity', () => {
    const placed = [{ target: cloudRun, replicas: 2, cpuMillicores: 2000, memoryMib: 4096 }];
    expect(spot(factsOf(web(), { placed }))).toBeUndefined();
  });
});

describe('arm', () => {
  it('changes the architecture, and says what cannot be seen from here', () => {
    const found = arm(factsOf(web({ constraints: { nodes: { runtime: 'fargate' } } })));
    expect(found?.change).toEqual([{ path: '/constraints/nodes/architecture', to: 'arm64' }]);
    expect(found?.reason).toContain('must be built for linux/arm64');
    expect(found?.risk).toBe('medium');
  });
  it('leaves alone what states an architecture, or stands where there is no ARM', () => {
    expect(arm(factsOf(web({ constraints: { nodes: { architecture: 'amd64' } } })))).toBeUndefined();
    const placed = [{ target: cloudRun, replicas: 2, cpuMillicores: 2000, memoryMib: 4096 }];
    expect(arm(factsOf(web(), { placed }))).toBeUndefined();
  });
});

describe('move', () => {
  const there = [{ target: tokyo, replicas: 2, cpuMillicores: 2000, memoryMib: 4096 }];
  const eligible = [virginia, fargate, tokyo].map((target) => ({ target, monthlyMicros: 1 }));
  it('goes where it is cheaper by the threshold, with what moving costs and when that is paid back', () => {
    const found = move(factsOf(web(), { placed: there, eligible }));
    expect(found).toMatchObject({ kind: 'move', change: [{ path: '/prefer', to: [virginia] }] });
    expect(found?.oneOffMicros).toBeGreaterThan(0);
    expect(found?.paybackDays).toBeGreaterThan(0);
    expect(found?.target).toBe(virginia);
  });
  it('stays for less than the threshold, in its cooldown, and where only rejected places are cheaper', () => {
    expect(move(factsOf(web(), { eligible: [{ target: virginia, monthlyMicros: 1 }] }))).toBeUndefined();
    expect(move(factsOf(web(), { placed: there, eligible, movedAt: Date.UTC(2026, 10, 21, 7, 30) }))).toBeUndefined();
    expect(move(factsOf(web(), { placed: there, eligible: [] }))).toBeUndefined();
  });
  it('counts traffic with its neighbours: one that talks a lot stays beside them', () => {
    const links = [{ direction: 'out' as const, service: 'db', gbPerMonth: 5_000, targets: [tokyo] }];
    expect(move(factsOf(web(), { placed: there, eligible, links }))).toBeUndefined();
    const unknown = [{ direction: 'out' as const, service: 'db', gbPerMonth: 5, targets: undefined }];
    expect(move(factsOf(web(), { placed: there, eligible, links: unknown }))).toBeUndefined();
  });
  it('counts the data of volumes once, and calls that risky', () => {
    const stated = web({ volumes: [{ name: 'data', mountPath: '/data', sizeGib: 100 }] });
    const [plain, heavy] = [
      move(factsOf(web(), { placed: there, eligible })),
      move(factsOf(stated, { placed: there, eligible })),
    ];
    expect(heavy?.risk).toBe('high');
    expect(heavy?.oneOffMicros).toBeGreaterThan((plain?.oneOffMicros ?? 0) + 5e6);
  });
  it('keeps its spread over clouds', () => {
    const stated = web({ constraints: { minimumClouds: 2 } });
    const placed = [
      { target: tokyo, replicas: 1, cpuMillicores: 2000, memoryMib: 4096 },
      { target: cloudRun, replicas: 1, cpuMillicores: 2000, memoryMib: 4096 },
    ];
    const found = move(factsOf(stated, { placed, eligible }));
    expect(found?.change[0]?.to).toEqual([virginia, cloudRun]);
  });
});

describe('a scale schedule', () => {
  const hours = (day: string): (number | null)[] => {
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    return Array.from({ length: 24 }, (_, hour) => (weekend || hour < 6 || hour >= 20 ? 0.05 : 0.7));
  };
  const days = used(14, (_, day) => ({ cpu: share(0.7), hours: hours(day) }));
  it('is one window for nights and one for weekends, in which fewer replicas did the work', () => {
    const found = scaleSchedule(factsOf(web({ replicas: 6 }), { days }));
    expect(found?.change).toEqual([
      {
        path: '/schedule',
        to: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '06:00', replicas: 1 },
          { days: ['sat', 'sun'], from: '00:00', to: '00:00', replicas: 1 },
        ],
      },
    ]);
    expect(evidence(found, 'replicas.mean')).toBeCloseTo(6 - (5 * (50 + 48)) / 168, 1);
  });
  it('is nothing where an hour was not seen, a schedule is there, or it is used all day', () => {
    const blind = used(14, (_, day) => ({ hours: hours(day).map((value, hour) => (hour === 3 ? null : value)) }));
    expect(scaleSchedule(factsOf(web({ replicas: 6 }), { days: blind }))).toBeUndefined();
    expect(scaleSchedule(factsOf(web({ replicas: 6 }), { days: days.slice(0, 13) }))).toBeUndefined();
    const busy = used(14, () => ({ hours: Array<number>(24).fill(0.7) }));
    expect(scaleSchedule(factsOf(web({ replicas: 6 }), { days: busy }))).toBeUndefined();
  });
});

describe('a commitment', () => {
  const spent = (micros: (index: number) => number, list = 1) =>
    Array.from({ length: 28 }, (_, index) => ({
      day: `2026-10-${String(index + 1).padStart(2, '0')}`,
      micros: micros(index),
      listMicros: micros(index) * list,
    }));
  it('is of what is spent in any case, with what it takes to break even', () => {
    const found = commitment({ cloud: 'aws', days: spent((index) => (index === 5 ? 100e6 : 240e6)) });
    expect(found).toMatchObject({ kind: 'commitment', change: [], monthlySavingMicros: 10e6 * 0.2 * 730 });
    expect(evidence(found, 'breakeven.utilisation')).toBe(0.8);
    expect(evidence(found, 'commit')).toBe(8);
  });
  it('is nothing of a cloud without a sourced rate, of few days, or of what is committed already', () => {
    expect(commitment({ cloud: 'azure', days: spent(() => 240e6) })).toBeUndefined();
    expect(commitment({ cloud: 'aws', days: spent(() => 240e6).slice(0, 10) })).toBeUndefined();
    expect(commitment({ cloud: 'aws', days: spent(() => 240e6, 1.4) })).toBeUndefined();
  });
});

describe('together', () => {
  it('the best comes first, and what excludes each other is known', () => {
    const days = used(14, () => ({ cpu: share(0.2), memory: share(0.2) }));
    const found = proposalsFor(factsOf(web(), { days }));
    expect(found.map(({ kind }) => kind)).toEqual(['rightsize', 'spot', 'arm']);
    const [size, cheap, processor] = found;
    if (size === undefined || cheap === undefined || processor === undefined) throw new Error('three were expected');
    expect([rulesOut(size, cheap), rulesOut(cheap, processor), rulesOut(processor, cheap)]).toEqual([
      false,
      true,
      true,
    ]);
  });
  it('only configured kinds are told, and only what saves enough', () => {
    const days = used(14, () => ({ cpu: share(0.2), memory: share(0.2) }));
    const facts = factsOf(web(), { days });
    expect(proposalsFor({ ...facts, settings: { ...facts.settings, kinds: ['spot'] } })).toHaveLength(1);
    expect(proposalsFor({ ...facts, settings: { ...facts.settings, minimumMonthlySaving: 10_000 } })).toEqual([]);
  });
});
