/** Micro-units as decimal text, to the last digit: for machines, and for prices. */
export function decimal(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
  return micros < 0 ? `-${text}` : text;
}
