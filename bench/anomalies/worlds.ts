/** Labelled series of daily cost, made by a seed: what bills look like, with anomalies put in where the label says. */

export interface World {
  readonly name: string;
  /** Units of money by day number; undefined: the bills do not tell of that day. */
  readonly days: readonly { readonly day: number; readonly cost: number | undefined }[];
  /** Days of each anomaly that was put in: first and last. */
  readonly anomalies: readonly { readonly kind: 'spike' | 'shift'; readonly from: number; readonly to: number }[];
}

export const kinds = [
  'plain',
  'weekends',
  'ramp',
  'month-end',
  'credits',
  'missing',
  'noisy',
  'idle-weekends',
] as const;
export type Kind = (typeof kinds)[number];

const length = 120;
/** Nothing is put in before, nor judged: a detector has to have seen two month ends. */
const learned = 63;
/** 2026-07-01. */
const first = 20_635;
export const judgedFrom = first + learned;

export function worlds(seed: number, perKind: number): readonly World[] {
  return kinds.flatMap((kind, k) =>
    Array.from({ length: perKind }, (_, i) => world(kind, generator(seed * 1_000_003 + k * 10_007 + i), i)),
  );
}

function world(kind: Kind, random: () => number, index: number): World {
  const level = 30 * 10 ** (random() * 1.5);
  const noise = kind === 'noisy' ? 0.15 + 0.1 * random() : 0.03 + 0.05 * random();
  const weekend = kind === 'idle-weekends' ? 0.02 : kind === 'weekends' ? 0.3 + 0.3 * random() : 0.85 + 0.15 * random();
  const growth = kind === 'ramp' ? 0.004 + 0.011 * random() : 0.002 * (random() - 0.5);
  const monthly = kind === 'month-end' ? level * (1 + 3 * random()) : 0;
  const { anomalies, factor } = planted(random, index, noise);
  const days = Array.from({ length }, (_, i) => {
    const day = first + i;
    const isWeekend = [0, 6].includes((day + 4) % 7);
    const usual = level * (1 + growth) ** i * (isWeekend ? weekend : 1) * (1 + noise * gauss(random));
    const credit = kind === 'credits' && random() < 0.06 ? -level * random() * 1.5 : 0;
    const end = isMonthEnd(day) ? monthly * (0.9 + 0.2 * random()) : 0;
    const known = !(kind === 'missing' && random() < 0.12);
    const cost = Math.max(0, usual) * factor(day) + credit + end;
    return { day, cost: known ? cost : undefined };
  });
  return { name: `${kind} ${index}`, days, anomalies };
}

/** A third have none, a third a spike of one to three days, a third a level that shifts for good. */
function planted(random: () => number, index: number, noise: number) {
  // Clearly more than the series varies by itself, as a person would say who looks at it.
  const size = 1 + Math.max(0.4, 7 * noise) + random() * 2;
  const from = first + learned + Math.floor(random() * (length - learned - 20));
  const kind = (['none', 'spike', 'shift'] as const)[index % 3] ?? 'none';
  if (kind === 'none') return { anomalies: [], factor: () => 1 };
  const to = kind === 'spike' ? from + Math.floor(random() * 3) : first + length - 1;
  return { anomalies: [{ kind, from, to }], factor: (day: number) => (day >= from && day <= to ? size : 1) };
}

const isMonthEnd = (day: number): boolean => new Date((day + 1) * 86_400_000).getUTCDate() === 1;

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
