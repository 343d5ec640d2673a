import { describe, expect, it } from 'vitest';
import { cut } from './output.ts';

describe('cut', () => {
  it('leaves what fits, and ends what does not with an ellipsis at the width', () => {
    expect(cut('ready', 5)).toBe('ready');
    expect(cut('removed', 5)).toBe('remo…');
  });

  it('counts what is seen: colour codes take no room and are not cut in two', () => {
    const red = '\u001b[31mfailed\u001b[39m';
    expect(cut(red, 6)).toBe(red);
    expect(cut(`${red} because`, 9)).toBe(`${red} b…`);
    expect(cut(red, 4)).toBe('\u001b[31mfai…\u001b[39m');
  });

  it('takes each line by itself', () => {
    expect(cut('one\ntwenty', 4)).toBe('one\ntwe…');
  });
});
