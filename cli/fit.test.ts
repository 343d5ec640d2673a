import { describe, expect, it } from 'vitest';
import { fitted } from './fit.ts';

const header = ['bill', 'id', 'cost', 'why'];
const rows = [
  ['azure/providers-Microsoft-Billing/2026-11', 'spot-shop-web-95a45e2d', '$1,234.50', 'a long tale of what it is for'],
  ['aws/1/2026-11', 'idle-1', '$9.00', '\u001b[2mshort\u001b[22m'],
];
const how = { figures: ['cost'], whole: ['id'] };
const lines = (columns: number): string[] => fitted(header, rows, { ...how, columns }).split('\n');

describe('a table that is wider than the terminal', () => {
  it('is left as it is where there is room', () => {
    expect(lines(200)[1]).toBe(
      'azure/providers-Microsoft-Billing/2026-11  spot-shop-web-95a45e2d  $1,234.50  a long tale of what it is for',
    );
  });

  it('gives up words first, then the middle of names, never figures and what is typed again', () => {
    expect(lines(102)[1]).toBe(
      'azure/providers-Microsoft-Billing/2026-11  spot-shop-web-95a45e2d  $1,234.50  a long tale of what it …',
    );
    expect(lines(78).slice(1)).toEqual([
      'azure/…ng/2026-11  spot-shop-web-95a45e2d  $1,234.50  a long tale of what it …',
      'aws/1/2026-11      idle-1                      $9.00  \u001b[2mshort\u001b[22m',
    ]);
  });

  it('keeps figures even where nothing fits', () => {
    for (const line of lines(20).slice(1)) expect(line).toMatch(/\$[\d,]+\.\d{2}/);
  });
});
