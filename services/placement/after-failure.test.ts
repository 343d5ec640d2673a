import { describe, expect, it } from 'vitest';
import { afterFailure } from './after-failure.ts';
import type { ApplicationRecord, Revision } from './record.ts';
import { defaultPlacementSettings as settings } from './settings.ts';

const ref = (letter: string) => ({ sha256: letter.repeat(64), bytes: 10 });
const lastGood: Revision = { generation: 1, spec: ref('a'), decision: ref('b') };
const next = { generation: 2, spec: ref('c'), decision: ref('d') };
const avoided = { web: { 'aws/us-east-1/fargate': 5 } };

function after(
  known: Partial<ApplicationRecord>,
  reason: 'CapacityExhausted' | 'ProgressDeadlineExceeded' | 'StaleGeneration',
  standing?: number,
) {
  const record = { application: 'app', avoid: {}, attempts: 0, cause: 'submitted', ...next, ...known };
  const failure = {
    application: 'app',
    generation: 2,
    service: 'web',
    target: 'gcp/us-east1/cloud-run',
    reason,
    message: 'm',
    ...(standing === undefined ? {} : { standing }),
  };
  return afterFailure(record as ApplicationRecord, failure, settings, 1000);
}

const exhausted = settings.maximumAttempts - 1;

describe('after a failed generation', () => {
  it.each([
    ['a new spec that does not become ready', { lastGood }, 'ProgressDeadlineExceeded', 'return'],
    ['a new spec where there is no room', { lastGood }, 'CapacityExhausted', 'elsewhere'],
    ['a new spec for which there is room nowhere', { lastGood, attempts: exhausted }, 'CapacityExhausted', 'return'],
    ['the spec that ran', { ...lastGood, lastGood }, 'ProgressDeadlineExceeded', 'elsewhere'],
    ['the spec that ran, tried often', { ...lastGood, lastGood, attempts: exhausted }, 'CapacityExhausted', 'rest'],
    ['the first spec', {}, 'ProgressDeadlineExceeded', 'rest'],
    ['the first spec, tried often', { attempts: exhausted }, 'CapacityExhausted', 'rest'],
  ] as const)('%s', (_, known, reason, kind) => {
    expect(after(known, reason).kind).toBe(kind);
  });

  it('returns to where it ran, also when the new spec found no room there', () => {
    const decided = after({ lastGood, attempts: exhausted, avoid: avoided }, 'CapacityExhausted');
    const rejection = {
      kind: 'rollout-failed',
      cause: 'submitted',
      reason: 'CapacityExhausted',
      message: 'web on gcp/us-east1/cloud-run: m',
      at: 1000,
    };
    expect(decided).toEqual({ kind: 'return', to: lastGood, rejection, avoid: {}, attempts: settings.maximumAttempts });
  });

  it('takes over what stands in the cloud unbeknown, whatever ran before', () => {
    const decided = after({ lastGood, services: 2 }, 'StaleGeneration', 7);
    expect(decided).toMatchObject({ kind: 'take-over', above: 7, attempts: 1, avoid: {} });
    expect(after({ services: 2 }, 'StaleGeneration', 7)).toMatchObject({ kind: 'take-over', above: 7 });
  });

  it('takes over no older generation than its own: that command was merely late', () => {
    expect(after({}, 'StaleGeneration', 2)).toMatchObject({ kind: 'rest', events: [] });
  });

  it('gives in where somebody else goes on deciding', () => {
    const often = { services: 2, attempts: settings.maximumAttempts + 2 };
    expect(after(often, 'StaleGeneration', 7)).toMatchObject({
      kind: 'rest',
      record: { status: 'failed' },
      events: [],
    });
  });

  it('remembers, for a while, which target to avoid', () => {
    const decided = after({ lastGood, avoid: avoided }, 'CapacityExhausted');
    const until = 1000 + settings.avoidMs;
    expect(decided).toMatchObject({ avoid: { web: { ...avoided.web, 'gcp/us-east1/cloud-run': until } }, attempts: 1 });
  });
});
