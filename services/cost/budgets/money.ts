/** `1234.50 USD`: for sentences, with as many decimals as people are used to. */
export function amount(micros: number, currency: string): string {
  return `${(micros / 1e6).toFixed(2)} ${currency}`;
}
