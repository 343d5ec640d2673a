import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { Ring } from './ring.ts';

const settings = { errorRatio: 0.1, minimumRequests: 20 };
const from = 1_795_248_000;

const ring = (values: readonly (number | null)[]): Ring => ({ from, values });
const judged = (requests: readonly (number | null)[], errors: readonly (number | null)[], later = 0) => {
  const rings = { 'http.server.request.count': ring(requests), 'http.server.request.error.count': ring(errors) };
  return judge({ rings }, (from + requests.length * 60 + later) * 1000, settings);
};

describe('what requests say of a deployment', () => {
  it.each([
    [
      'enough bad minutes',
      [50, 50, 50, 50, 10],
      [20, 20, 20, 20, 10],
      { ill: true, reason: 'ErrorRatio 0.43 of 210 requests' },
    ],
    ['all is well', [50, 50, 50, 50, 50], [0, 0, 1, 0, 0], { ill: false, reason: 'ErrorRatio 0.00 of 250 requests' }],
    [
      'one bad minute is no illness',
      [50, 50, 50, 50, 50],
      [0, 0, 24, 0, 0],
      { ill: false, reason: 'ErrorRatio 0.10 of 250 requests' },
    ],
    ['two bad minutes are neither', [50, 50, 50, 50, 50], [0, 0, 24, 24, 0], undefined],
    ['too few requests', [4, 4, 4, 4, 3], [4, 4, 4, 4, 3], undefined],
    ['errors unknown', [50, 50, 50, 50, 50], [null, null, null, null, null], undefined],
    ['requests unknown', [null, null, null, null, null], [9, 9, 9, 9, 9], undefined],
    [
      'what was bad longer ago',
      [50, 50, 50, 50, 50, 50, 50, 50],
      [50, 50, 50, 0, 0, 0, 0, 0],
      { ill: false, reason: 'ErrorRatio 0.00 of 250 requests' },
    ],
  ] as const)('%s', (_, requests, errors, expected) => {
    expect(judged(requests, errors)).toEqual(expected);
  });

  it('nothing, when it is long ago', () => {
    expect(judged([50, 50, 50, 50, 50], [50, 50, 50, 50, 50], 1_000)).toBeUndefined();
    expect(judge({ rings: {} }, from * 1000, settings)).toBeUndefined();
  });
});
