/** A resolution: seconds per step, and how many steps are kept. */
export interface Shape {
  readonly step: number;
  readonly keep: number;
}

export type Resolution = '1m' | '5m' | '1h';
/** Two hours of minutes, a day of five minutes, thirty days of hours: at the very most some 180 KB for one service in one place. */
export const resolutions: Readonly<Record<Resolution, Shape>> = {
  '1m': { step: 60, keep: 120 },
  '5m': { step: 300, keep: 288 },
  '1h': { step: 3600, keep: 720 },
};

/** Values in even steps, the newest of them last; null is unknown, never zero. */
export interface Ring {
  /** Start of the first step, seconds since the epoch. */
  readonly from: number;
  readonly values: readonly (number | null)[];
  /** Minutes that each value rests on; absent where a value is a minute. */
  readonly known?: readonly number[];
  /** 1 for each minute that a Prometheus told; absent where none did. */
  readonly told?: readonly (0 | 1)[];
}

export interface Value {
  readonly value: number;
  /** Minutes it rests on. */
  readonly known: number;
  /** By a Prometheus: its word stands where a cloud tells the same minute. Of minutes alone. */
  readonly told?: boolean;
}

export type Values = ReadonlyMap<number, Value>;

/** What is known, by the start of its step. */
export function valuesOf(ring: Ring | undefined, { step }: Shape): Map<number, Value> {
  const values = new Map<number, Value>();
  ring?.values.forEach((value, index) => {
    if (value === null) return;
    const told = ring.told?.[index] === 1 ? { told: true } : {};
    values.set(ring.from + index * step, { value, known: ring.known?.[index] ?? 1, ...told });
  });
  return values;
}

/** The newest `keep` steps; undefined when nothing is known. */
export function ringOf(values: Values, shape: Shape): Ring | undefined {
  const newest = Math.max(...values.keys());
  if (!Number.isFinite(newest)) return undefined;
  const oldest = oldestKept(newest, shape);
  const from = Math.min(...[...values.keys()].filter((at) => at >= oldest));
  const steps = Array.from({ length: (newest - from) / shape.step + 1 }, (_, index) =>
    values.get(from + index * shape.step),
  );
  const ring = { from, values: steps.map((each) => (each === undefined ? null : rounded(each.value))) };
  if (shape.step !== resolutions['1m'].step) return { ...ring, known: steps.map((each) => each?.known ?? 0) };
  const told = steps.map((each) => (each?.told === true ? 1 : 0));
  return told.includes(1) ? { ...ring, told } : ring;
}

export const oldestKept = (newest: number, { step, keep }: Shape): number => newest - (keep - 1) * step;

/** The start of the newest step; undefined of nothing. */
export const newestOf = (ring: Ring | undefined, { step }: Shape): number | undefined =>
  ring === undefined ? undefined : ring.from + (ring.values.length - 1) * step;

/** Nobody reads more than six digits of a share or a duration; counts stay exact. */
export const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));
