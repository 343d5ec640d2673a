/** Micro-units as people read money, with the currency's name: a page may hold several. */
export function amount(micros: number, currency: string): string {
  const [whole = '', cents = '00'] = (Math.abs(micros) / 1e6).toFixed(2).split('.');
  const sign = micros < 0 ? '−' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents} ${currency}`;
}

/** A share of nothing is no figure. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
