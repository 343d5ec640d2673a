import { describe, expect, it } from 'vitest';
import { largestRemainders } from './largest-remainder.ts';

describe('what is left of shares that were rounded down', () => {
  it.each([
    ['those that lost most get it', [0.1, 0.7, 0.4], 2, [1, 2]],
    ['of equals the first', [0.5, 0.5, 0.5], 2, [0, 1]],
    [
      'exactly, where floating point could not tell',
      [9007199254740993n, 9007199254740992n, 9007199254740993n],
      2,
      [0, 2],
    ],
    ['nobody, where nothing is left', [0.2, 0.1], 0, []],
    ['nobody, where more was given than there is', [0.2, 0.1], -1, []],
    ['nobody twice', [0.2], 3, [0]],
  ])('%s', (_, lost, left, wanted) => expect(largestRemainders<number | bigint>(lost, left)).toEqual(wanted));
});
