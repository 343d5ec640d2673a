/** Micro-units as decimal text, to the last digit: for machines, and for prices. */
export function decimal(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
  return micros < 0 ? `-${text}` : text;
}

/**
 * Micro-units as people read an amount, to the cent and without its sign: `1,234.50`. By hand, because loading locale data takes longer
 * than a small command.
 */
export function cents(micros: number): string {
  const [whole = '', rest = '00'] = (Math.abs(micros) / 1e6).toFixed(2).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`;
}
