/** An exact amount: integer at some fixed scale. */
const half = (unit: bigint): bigint => unit / 2n;

/** To the nearest whole unit, halves away from zero. */
export function roundTo(exact: bigint, unit: bigint): bigint {
  return exact < 0n ? -((-exact + half(unit)) / unit) : (exact + half(unit)) / unit;
}

/**
 * Whole units for exact amounts, so that they add up to their rounded sum: everyone is rounded down, and what is left goes, one unit
 * each, to those that lost most; of equals, the first.
 */
export function roundTogether(exact: readonly bigint[], unit: bigint): bigint[] {
  const floors = exact.map((each) => floorDivide(each, unit));
  const total = roundTo(
    exact.reduce((sum, each) => sum + each, 0n),
    unit,
  );
  let spare = total - floors.reduce((sum, each) => sum + each, 0n);
  const order = exact
    .map((each, at) => ({ at, lost: each - (floors[at] as bigint) * unit }))
    .sort((a, b) => (a.lost === b.lost ? a.at - b.at : a.lost < b.lost ? 1 : -1));
  for (const { at } of order) {
    if (spare <= 0n) break;
    floors[at] = (floors[at] as bigint) + 1n;
    spare -= 1n;
  }
  return floors;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
