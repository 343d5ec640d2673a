import { cents } from '../../../shared/domain/decimal.ts';

/** Micro-units as people read money, with the currency's name: a page may hold several. */
export function amount(micros: number, currency: string): string {
  return `${micros < 0 ? '−' : ''}${cents(micros)} ${currency}`;
}

/** A share of nothing is no figure. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
