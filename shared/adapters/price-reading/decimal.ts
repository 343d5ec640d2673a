import type { ListPrice } from '../../contracts/prices-updated.ts';

/** How many of the catalogue's units a price is for: `times` 3600 for a price by the second, `by` 100 for one of 100 seconds. */
export interface Factor {
  readonly times?: bigint;
  readonly by?: bigint;
}

const form = /^(\d{1,20})(?:\.(\d{1,20}))?(?:[eE]([+-]?\d{1,2}))?$/;
const most = 9_000_000_000_000_000n;

/**
 * A price in dollars, exactly: no figure of a price list goes through floating point. Whole micro-dollars for as few units as that takes,
 * in powers of ten. A number is read as it is written, so 0.000024 and 2.4E-05 are the same.
 *
 * @returns undefined for what is no amount of money, is negative, or has no exact form (a third of a micro-dollar)
 */
export function listPrice(dollars: unknown, unit: string, { times = 1n, by = 1n }: Factor = {}): ListPrice | undefined {
  const amount = fractionOf(dollars);
  if (amount === undefined) return undefined;
  const [above, below] = [amount.above * times * 1_000_000n, amount.below * by];
  const per = powersOfTen.find((each) => (above * each) % below === 0n);
  if (per === undefined) return undefined;
  const micros = (above * per) / below;
  return micros > most ? undefined : { micros: Number(micros), per: Number(per), unit, currency: 'USD' };
}

const powersOfTen = Array.from({ length: 10 }, (_, power) => 10n ** BigInt(power));

function fractionOf(dollars: unknown): { readonly above: bigint; readonly below: bigint } | undefined {
  const text = typeof dollars === 'number' ? String(dollars) : dollars;
  const [, whole, fraction = '', exponent = '0'] = typeof text === 'string' ? (form.exec(text) ?? []) : [];
  if (whole === undefined) return undefined;
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  return scale > 0
    ? { above: digits, below: 10n ** BigInt(scale) }
    : { above: digits * 10n ** BigInt(-scale), below: 1n };
}

/** The same amount for one unit, whatever the form. */
export function sameAmount(a: ListPrice, b: ListPrice): boolean {
  return BigInt(a.micros) * BigInt(b.per) === BigInt(b.micros) * BigInt(a.per);
}
