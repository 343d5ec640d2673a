import { describe, expect, it } from 'vitest';
import { planReplicas } from './replica-plan.ts';
import type { ReplicaStatus } from './types.ts';

const replica = (id: string, state: ReplicaStatus['state']): ReplicaStatus => ({
  id,
  revision: id.slice(0, 1),
  state,
  restarts: 0,
});

describe('replica plan', () => {
  it.each([
    ['nothing there yet', ['2', 2] as const, [], { start: 2, stop: [] }],
    ['complete', ['2', 1] as const, [replica('2a', 'ready')], { start: 0, stop: [] }],
    ['new beside old', ['2', 2] as const, [replica('1a', 'ready'), replica('1b', 'ready')], { start: 2, stop: [] }],
    [
      'one ready new one frees one old one',
      ['2', 2] as const,
      [replica('1a', 'ready'), replica('1b', 'ready'), replica('2a', 'ready'), replica('2b', 'pending')],
      { start: 0, stop: ['1a'] },
    ],
    [
      'complete new ones free every old one',
      ['2', 1] as const,
      [replica('1a', 'failed'), replica('2a', 'ready')],
      { start: 0, stop: ['1a'] },
    ],
    [
      'a crashing new one frees nothing',
      ['2', 1] as const,
      [replica('1a', 'ready'), replica('2a', 'failed')],
      { start: 0, stop: [] },
    ],
    [
      'down: the failed one first',
      ['1', 1] as const,
      [replica('1a', 'ready'), replica('1b', 'failed')],
      { start: 0, stop: ['1b'] },
    ],
    ['to zero', ['1', 0] as const, [replica('1a', 'ready'), replica('1b', 'stopping')], { start: 0, stop: ['1a'] }],
    ['stopping ones do not count', ['1', 1] as const, [replica('1a', 'stopping')], { start: 1, stop: [] }],
  ])('%s', (_, [revision, replicas], present, plan) => {
    expect(planReplicas({ revision, replicas }, present)).toEqual(plan);
  });
});
