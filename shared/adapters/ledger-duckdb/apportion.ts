/** An exact amount, an integer at some fixed scale, to the nearest whole unit, halves away from zero. */
export function roundTo(exact: bigint, unit: bigint): bigint {
  return exact < 0n ? -((-exact + unit / 2n) / unit) : (exact + unit / 2n) / unit;
}
