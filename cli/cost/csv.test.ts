import { expect, it } from 'vitest';
import { csv } from './csv.ts';
import { decimal, difference, money } from './money.ts';

it('quotes what has to be, doubles quotes, and leaves null empty', () => {
  expect(
    csv(
      ['a', 'b'],
      [
        { a: 'x,"y"', b: null },
        { a: 'two\nlines', b: ' plain ' },
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",\r\n"two\nlines", plain \r\n');
});

it.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+49 30', "'+49 30"],
  ['-dash', "'-dash"],
  ['-12.5', '-12.5'],
  ['', ''],
])('%j is written as %j, so that no spreadsheet takes it for a formula', (text, written) => {
  expect(csv(['a'], [{ a: text }])).toBe(`a\r\n${written}\r\n`);
});

it.each([
  [0, '$0.00', '0'],
  [1, '<$0.01', '0.000001'],
  [1_234_567_890_000, '$1,234,567.89', '1234567.89'],
  [-2_500_000, '-$2.50', '-2.5'],
  [10_000_000, '$10.00', '10'],
])('%d micro-dollars are %s, and exactly %s', (micros, told, exact) => {
  expect(money(micros)).toBe(told);
  expect(decimal(micros)).toBe(exact);
});

it('tells other currencies by name, and a rise by its sign', () => {
  expect(money(1_000_000, 'EUR')).toBe('1.00 EUR');
  expect(difference(1_000_000)).toBe('+$1.00');
  expect(difference(-1_000_000, 'EUR')).toBe('-1.00 EUR');
});
