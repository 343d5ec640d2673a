import { cents } from '../../shared/domain/decimal.ts';

export { decimal } from '../../shared/domain/decimal.ts';

/**
 * Micro-units of a currency as people read money, to the cent: `$1,234.50`, `-$3.00`, `1,234.50 EUR`. What is less than a cent and not
 * nothing says so.
 */
export function money(micros: number, currency = 'USD'): string {
  const sign = micros < 0 ? '-' : '';
  if (micros !== 0 && Math.abs(micros) < 5_000) return `${sign}<${withUnit('0.01', currency)}`;
  return `${sign}${withUnit(cents(micros), currency)}`;
}

const withUnit = (amount: string, currency: string): string =>
  currency === 'USD' ? `$${amount}` : `${amount} ${currency}`;

/** A difference: its sign is told either way. */
export const difference = (micros: number, currency = 'USD'): string =>
  micros > 0 ? `+${money(micros, currency)}` : money(micros, currency);

/** `12.3 %`; a share of nothing is a dash. */
export const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${percent(part / whole)}`);

export const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

/** `+12.3 %`: a change says its direction. */
export const change = (ratio: number): string => `${ratio > 0 ? '+' : ''}${percent(ratio)}`;
