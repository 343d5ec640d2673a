export { decimal } from '../../shared/domain/decimal.ts';

/**
 * Micro-units of a currency as people read money, to the cent: `$1,234.50`, `-$3.00`, `1,234.50 EUR`. What is less than a cent and not
 * nothing says so. By hand, because loading locale data takes longer than a small command.
 */
export function money(micros: number, currency = 'USD'): string {
  const sign = micros < 0 ? '-' : '';
  const size = Math.abs(micros);
  if (size > 0 && size < 5_000) return `${sign}<${withUnit('0.01', currency)}`;
  const [whole = '', cents = '00'] = (size / 1e6).toFixed(2).split('.');
  return `${sign}${withUnit(`${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`, currency)}`;
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
