import { describe, expect, it } from 'vitest';
import { advance } from './decide.ts';
import { excludedScopes, withWord, type Said } from './exclusions.ts';
import { factOf, learn } from './facts.ts';
import { emptyService, placeService } from './place-service.ts';
import type { FactKind, ServiceRecord, Words } from './record.ts';
import { desiredRoutes } from './split.ts';

const A = 'aws/eu-west-1/fargate';
const B = 'gcp/europe-west1/cloud-run';
const C = 'azure/westeurope/container-apps';
const names: Readonly<Record<string, string>> = { [A]: 'A', [B]: 'B', [C]: 'C' };
type Wish = Readonly<Record<string, number>>;

let at = 0;

function place(record: ServiceRecord, generation: number, serves: Wish, waits: Wish = {}): ServiceRecord {
  const targets = [
    ...Object.entries(serves).map(([target, replicas]) => ({ target, replicas })),
    ...Object.entries(waits).map(([target, replicas]) => ({ target, replicas, role: 'standby' as const })),
  ];
  const common = { application: 'shop', service: 'web', generation, cause: 'submitted', page: 1 } as const;
  const placement = { service: 'web', tier: 'critical', routed: true, specHash: 'abcdef01' } as const;
  const placed = placeService(record, { ...common, placement: { ...placement, targets, progressDeadlineSeconds: 60 } });
  return follow(placed);
}

function hear(
  record: ServiceRecord,
  kind: FactKind,
  target: string,
  { ready = 2, excluded = [] }: { readonly ready?: number; readonly excluded?: readonly string[] } = {},
): ServiceRecord {
  const { generation } = record;
  at += 1;
  const state = { application: 'shop', service: 'web', target, generation, reason: 'Observed', message: kind } as const;
  const body = { ...state, replicas: { desired: 2, ready }, endpoint: `http://${names[target]}` };
  const fact = factOf(kind, body, { id: `f${at}`, time: new Date(at).toISOString() });
  return follow(learn(record, target, fact).record, excluded);
}

/** Advances, and lets the router confirm what is commanded. */
function follow(record: ServiceRecord, excluded: readonly string[] = []): ServiceRecord {
  const next = advance(record, { excluded, failed: false }).record;
  if (next.commanded === undefined || next.confirmed?.sequence === next.commanded.sequence) return next;
  return follow({ ...next, confirmed: next.commanded }, excluded);
}

const split = (record: ServiceRecord, excluded: readonly string[] = []): string =>
  desiredRoutes(record, excluded)
    .map(({ target, weight }) => `${names[target]}=${weight}`)
    .sort()
    .join(' ');

/** A serves, B stands by. */
function warm(): ServiceRecord {
  const placed = place(emptyService('shop', 'web'), 1, { [A]: 2 }, { [B]: 1 });
  return hear(hear(placed, 'ready', A), 'ready', B, { ready: 1 });
}

describe('a standby', () => {
  it('is waited for by the generation, but not by the traffic', () => {
    const serving = hear(place(emptyService('shop', 'web'), 1, { [A]: 2 }, { [B]: 1 }), 'ready', A);
    expect([split(serving), serving.cut, serving.settled]).toEqual(['A=100', true, false]);
    const whole = hear(serving, 'ready', B, { ready: 1 });
    expect([split(whole), whole.settled]).toEqual(['A=100 B=0', true]);
  });

  it.each<readonly [what: string, kind: FactKind, ready: number, expected: string]>([
    ['is ready', 'ready', 2, 'A=100 B=0'],
    ['has as much left as stands by', 'degraded', 1, 'A=100 B=0'],
    ['has nothing left', 'degraded', 0, 'B=100'],
    ['has failed', 'failed', 0, 'B=100'],
  ])('while what serves %s (%s, %i ready): %s', (_, kind, ready, expected) => {
    expect(split(hear(warm(), kind, A, { ready }))).toBe(expected);
  });

  it('gets all at once when what serves is taken for lost, and gives it back', () => {
    expect([split(warm(), ['aws']), split(warm())]).toEqual(['B=100', 'A=100 B=0']);
  });

  it('gets nothing when it is lost itself, or not well', () => {
    expect(split(warm(), ['gcp'])).toBe('A=100');
    expect(split(hear(warm(), 'degraded', B, { ready: 0 }))).toBe('A=100');
  });

  it('that has taken over goes on without a gap when it is placed to serve', () => {
    const lost = ['aws'];
    const away = follow(warm(), lost);
    const placed = follow(place(away, 2, { [B]: 2 }, { [C]: 1 }), lost);
    expect(split(placed, lost)).toBe('B=100');
    const grown = hear(hear(placed, 'ready', B, { excluded: lost }), 'ready', C, { ready: 1, excluded: lost });
    expect(split(grown, lost)).toBe('B=100 C=0');
    expect(grown).toMatchObject({ settled: true, waiting: [C], targets: { [A]: { removal: { generation: 2 } } } });
  });

  it('keeps the traffic while its service goes back, until that is ready', () => {
    const lost = ['aws'];
    const away = follow(place(follow(warm(), lost), 2, { [B]: 2 }, { [C]: 1 }), lost);
    const moved = hear(hear(away, 'ready', B, { excluded: lost }), 'ready', C, { ready: 1, excluded: lost });
    const gone = hear(moved, 'removed', A);
    const back = place(gone, 3, { [A]: 2 }, { [C]: 1 });
    expect(split(back)).toBe('B=100 C=0');
    const taken = hear(back, 'ready', A);
    expect([split(taken), taken.settled, taken.targets[B]?.removal?.generation]).toEqual(['A=100 C=0', false, 3]);
    expect(hear(taken, 'ready', C, { ready: 1 }).settled).toBe(true);
  });
});

describe('words about a scope', () => {
  const after = (...said: readonly Said[]): string[] =>
    excludedScopes(
      said.reduce<Words | undefined>(
        (words, each, i) => withWord(words, 'aws', { said: each, at: i, id: `${i}` }),
        undefined,
      ),
    );

  it.each<readonly [readonly Said[], boolean]>([
    [['ungraceful'], true],
    [['graceful'], false],
    [['cordon'], false],
    [['ungraceful', 'readmitted'], false],
    [['ungraceful', 'graceful'], false],
    // A recovery that is paused: what has left stays away.
    [['ungraceful', 'cordon'], true],
    [['ungraceful', 'cordon', 'readmitted', 'cordon'], false],
  ])('%j: traffic leaves it: %s', (said, leaves) => {
    expect(after(...said)).toEqual(leaves ? ['aws'] : []);
  });

  it('for one service are on its own record, and move its traffic alone', () => {
    const placed = place(emptyService('shop', 'web'), 1, { [A]: 2, [B]: 2 });
    const both = hear(hear(placed, 'ready', A), 'ready', B);
    const words = withWord(undefined, 'aws', { said: 'ungraceful', at: 1, id: '1' });
    const { record, events } = advance(
      { ...both, ...(words && { exclusions: words }) },
      { excluded: [], failed: false, exclusion: true },
    );
    expect(record.commanded?.routes.map(({ target, weight }) => [target, weight])).toEqual([[B, 100]]);
    expect(events.map(({ data }) => (data as { reason?: string }).reason)).toEqual(['TargetExcluded']);
  });
});
