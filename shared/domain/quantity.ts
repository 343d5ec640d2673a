/**
 * Kubernetes quantities in fixed units, exactly: integer arithmetic on the decimal text, rounded up as Kubernetes does.
 * Source of the grammar and the rounding: Kubernetes API reference, "Quantity" (k8s.io/apimachinery/pkg/api/resource).
 */

const multipliers: Readonly<Record<string, bigint>> = {
  '': 1000n,
  m: 1n,
  k: 1000n ** 2n,
  M: 1000n ** 3n,
  G: 1000n ** 4n,
  T: 1000n ** 5n,
  Ki: 1024n * 1000n,
  Mi: 1024n ** 2n * 1000n,
  Gi: 1024n ** 3n * 1000n,
  Ti: 1024n ** 4n * 1000n,
};

const form = /^(?<whole>\d+)(?:\.(?<fraction>\d+))?(?:e(?<exponent>[+-]?\d+))?(?<suffix>m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;
// Far beyond any machine; keeps a hostile "1e999999999" from becoming a gigabyte of digits.
const maximumDigits = 400;

/** Thousandths of a vCPU, rounded up. `undefined` when the text is not a quantity. */
export function millicores(quantity: string | number): number | undefined {
  return rounded(quantity, 1n);
}

/** MiB, rounded up; a bare number is bytes, as in Kubernetes. `undefined` when the text is not a quantity. */
export function mebibytes(quantity: string | number): number | undefined {
  return rounded(quantity, 1024n ** 2n * 1000n);
}

/** The quantity in thousandths of `unit` thousandths, rounded up, as a number (inexact only beyond 2^53, which no limit allows). */
function rounded(quantity: string | number, unit: bigint): number | undefined {
  const parts = form.exec(String(quantity))?.groups;
  if (parts === undefined) return undefined;
  const { whole = '', fraction = '', exponent: power = '0', suffix = '' } = parts;
  const exponent = Number(power) - fraction.length;
  const digits = `${whole}${fraction}`;
  if (digits.length + Math.abs(exponent) > maximumDigits) return undefined;
  const scaled = BigInt(digits) * (multipliers[suffix] ?? 1n);
  const numerator = scaled * 10n ** BigInt(Math.max(0, exponent));
  const denominator = unit * 10n ** BigInt(Math.max(0, -exponent));
  const count = Number((numerator + denominator - 1n) / denominator);
  return Number.isFinite(count) ? count : undefined;
}
