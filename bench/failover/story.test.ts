import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../cli/stream.ts';
import { tellStory } from './story.ts';

const region = 'aws/eu-west-1';
const entry = (second: number, name: string, data: object): LogEntry =>
  ({
    sequence: second,
    event: { type: `dev.homeostasis.${name}.v1`, time: new Date(second * 1000).toISOString(), data },
  }) as unknown as LogEntry;
const split = (second: number, weights: Readonly<Record<string, number>>): LogEntry =>
  entry(second, 'traffic.shifted', {
    routes: Object.entries(weights).map(([target, weight]) => ({ target: `${target}/x`, weight })),
  });

describe('the story of a loss', () => {
  it('is told by the first of each after the loss', () => {
    const log = [
      split(1, { 'gcp/europe-west1': 100 }),
      entry(2, 'health.changed', { scope: 'gcp/europe-west1', status: 'unreachable' }),
      entry(11, 'deployment.degraded', { target: 'gcp/europe-west1/cloud-run' }),
      entry(12, 'health.changed', { scope: region, status: 'unreachable' }),
      split(13, { [region]: 50, 'gcp/europe-west1': 50 }),
      entry(14, 'target.excluded', { scope: region }),
      split(15, { [region]: 0, 'gcp/europe-west1': 100 }),
      split(16, {}),
      entry(20, 'recovery.completed', { scope: region }),
    ];
    expect(tellStory(log, region, 10_000)).toEqual({
      lostAt: 10_000,
      detectedAt: 12_000,
      movedAt: 15_000,
      excludedAt: 14_000,
      wholeAt: 20_000,
    });
  });

  it('does not take an empty split for traffic that moved, nor recovery for detection', () => {
    const story = tellStory(
      [split(11, {}), entry(12, 'health.changed', { scope: region, status: 'healthy' })],
      region,
      0,
    );
    expect(story).toMatchObject({ detectedAt: undefined, movedAt: undefined, wholeAt: undefined });
  });
});
