import { describe, expect, it } from 'vitest';
import { cut, table, tamed } from './output.ts';

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

describe('a table', () => {
  it('has figures end under each other, with or without colour', () => {
    const rows = [
      ['web', '\u001b[32m$1,234.50\u001b[39m', 'dear'],
      ['accounts', '$9.00', ''],
    ];
    expect(table(['service', 'cost', 'why'], rows, ['cost']).split('\n')).toEqual([
      'service        cost  why',
      'web       \u001b[32m$1,234.50\u001b[39m  dear',
      'accounts      $9.00',
    ]);
  });

  it('keeps a row in one line, whatever its name holds', () => {
    expect(table(['a', 'b'], [['x\r\n  y', 'z']]).split('\n')).toEqual(['a    b', 'x y  z']);
  });
});

describe('names that anybody may have written', () => {
  it('do not move the cursor, retitle the window or turn the text round', () => {
    expect(tamed('a\u001b[2Jb')).toBe('a\ufffd[2Jb');
    expect(tamed('a\u001b]0;owned\u0007b')).toBe('a\ufffd]0;owned\ufffdb');
    expect(tamed('a\u001b[8mb\u001b[1;31mc')).toBe('a\ufffd[8mb\ufffd[1;31mc');
    expect(tamed('a\rb\u009bc\u202ed')).toBe('a\ufffdb\ufffdc\ufffdd');
  });

  it('leave what we write ourselves', () => {
    expect(tamed('\u001b[1m\u001b[31mred\u001b[39m\u001b[22m\n\tand Ünïcode ▂▃ →')).toBe(
      '\u001b[1m\u001b[31mred\u001b[39m\u001b[22m\n\tand Ünïcode ▂▃ →',
    );
  });
});
