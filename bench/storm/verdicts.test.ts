import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../cli/stream.ts';
import type { Row } from './bench.ts';
import { tellStorm, type Story } from './story.ts';
import { verdicts } from './verdicts.ts';

const tier = (count: number, durableAt: number) => ({ count, lastAt: durableAt - 5, durableAt });
const story: Story = {
  decidedAt: 10_000,
  firstPlacedAt: 10_200,
  commands: { critical: tier(10, 10_300), standard: tier(60, 10_500), 'best-effort': tier(30, 10_900) },
  commandsTookMs: 700,
  outOfOrder: 0,
  beforeCritical: 0,
  spread: 8,
  readyAt: 12_000,
  shiftedAt: 12_100,
  rolledOutAt: 12_200,
  rolledOut: 1,
  wholeAt: 12_300,
  events: 2000,
};
const row = (changes: Partial<Story> = {}, of: Partial<Row> = {}): Row => ({
  ...{ services: 100, applications: 1, lostAt: 1_000, processorSeconds: 2, peakMemoryBefore: 200, peakMemory: 300 },
  rawSeconds: 0.1,
  load: [0.5, 2],
  story: { ...story, ...changes },
  ...of,
});
const words = (changes: Partial<Story>, of: Partial<Row> = {}) =>
  verdicts([row(changes, of)]).map(({ verdict }) => verdict);

describe('a storm', () => {
  it('that keeps its promises meets all four', () => {
    expect(words({})).toEqual(['met', 'met', 'met', 'met']);
  });

  it.each<[string, Partial<Story>, Partial<Row>, number]>([
    ['commands that take longer', { decidedAt: 9_899 }, {}, 0],
    ['commands that do not all come', {}, { services: 101 }, 0],
    ['no decision', { decidedAt: undefined }, {}, 0],
    ['a command before one that matters more', { outOfOrder: 1 }, {}, 1],
    ['a command before a critical one of another application', { beforeCritical: 1 }, {}, 1],
    ['an end that comes too late', { wholeAt: 30_001 }, {}, 2],
    ['no end', { wholeAt: undefined }, {}, 2],
    ['too much memory', {}, { peakMemory: 512 }, 3],
  ])('%s is not met', (_what, changes, of, index) => {
    expect(words(changes, of)[index]).toBe('not met');
  });

  it('that was not run is not measured', () => {
    expect(verdicts([])).toMatchObject([{ verdict: 'not measured' }]);
  });
});

describe('the story of a storm', () => {
  const entry = (sequence: number, type: string, data: object, subject = ''): LogEntry => ({
    sequence,
    consumers: 1,
    event: {
      ...{ specversion: '1.0', id: String(sequence), source: '/test', subject, correlationid: 'c' },
      ...{ type: `dev.homeostasis.${type}.v1`, time: new Date(sequence * 1000).toISOString() },
      ...{ datacontenttype: 'application/json', data },
    },
  });
  const apply = (sequence: number, of: string, application = 'a') =>
    entry(sequence, 'deployment.apply', { application, target: 'gcp/europe-west1/cloud-run', tier: of });

  it('begins with the exclusion, not with a cordon, and counts what is out of order within an application', () => {
    const told = tellStorm(
      [
        apply(1, 'best-effort'),
        entry(2, 'target.excluded', { mode: 'cordon' }, 'aws/eu-west-1'),
        entry(3, 'target.excluded', { mode: 'ungraceful' }, 'aws/eu-west-1'),
        entry(4, 'placement.decided', { application: 'a' }),
        apply(5, 'standard'),
        apply(6, 'critical'),
        apply(7, 'critical', 'b'),
      ],
      'aws/eu-west-1',
    );
    expect(told).toMatchObject({
      decidedAt: 3_000,
      firstPlacedAt: 4_000,
      commandsTookMs: 2_000,
      outOfOrder: 1,
      beforeCritical: 1,
      spread: 1,
    });
    expect(told.commands).toMatchObject({ critical: { count: 2, lastAt: 7_000 }, standard: { count: 1 } });
    expect(told.wholeAt).toBeUndefined();
  });

  it('has what was handed on for durable when somebody first acted on it, or on anything behind it', () => {
    const caused = (sequence: number, by: number, at: number): LogEntry => {
      const { event, ...rest } = entry(sequence, 'deployment.reported', {});
      return { ...rest, event: { ...event, causationid: String(by), time: new Date(at).toISOString() } };
    };
    const { commands } = tellStorm(
      [
        entry(1, 'target.excluded', { mode: 'ungraceful' }, 'aws/eu-west-1'),
        apply(2, 'critical'),
        apply(3, 'standard'),
        entry(4, 'placement.page-due', {}),
        apply(5, 'best-effort'),
        caused(6, 2, 9_000),
        caused(7, 4, 4_200),
      ],
      'aws/eu-west-1',
    );
    expect(commands.critical.durableAt).toBe(4_200);
    expect(commands.standard.durableAt).toBe(4_200);
    expect(commands['best-effort'].durableAt).toBe(Infinity);
  });
});
