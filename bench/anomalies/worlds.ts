/** Labelled series of daily cost, made by a seed: what bills look like, with anomalies put in where the label says. */

export interface Planted {
  readonly kind: 'spike' | 'shift' | 'slow';
  readonly from: number;
  readonly to: number;
}

export interface World {
  readonly name: string;
  /** Units of money by day number; undefined: the bills do not tell of that day. */
  readonly days: readonly { readonly day: number; readonly cost: number | undefined }[];
  /** Days of each anomaly that was put in: first and last. */
  readonly anomalies: readonly Planted[];
  /** Of these nothing is right or wrong to say: growth too slow to be called a leak, and too fast to be called none. */
  readonly undecided: readonly ('sudden' | 'slow')[];
}

/** Those that sudden anomalies are put into; the growth of a ramp is there from the first day. */
const steady = ['plain', 'weekends', 'ramp', 'month-end', 'credits', 'missing', 'noisy', 'idle-weekends'] as const;
/**
 * leak: one of the steady ones that grows by one to two in a hundred a day from some day on. swings: a level that wanders by less than a
 * tenth in one to three months. holiday: two quiet weeks, and two in which it comes back.
 */
export const kinds = [...steady, 'leak', 'swings', 'holiday'] as const;
export type Kind = (typeof kinds)[number];

const length = 120;
/** Nothing is put in before, nor judged: a detector has to have seen two month ends. */
const learned = 63;
/** 2026-07-01. */
const first = 20_635;
const last = first + length - 1;
export const judgedFrom = first + learned;
/** From so much growth a day on it is a leak; below a tenth of that it is none. */
const leak = 0.01;

export function worlds(seed: number, perKind: number): readonly World[] {
  return kinds.flatMap((kind, k) =>
    Array.from({ length: perKind }, (_, i) => world(kind, generator(seed * 1_000_003 + k * 10_007 + i), i)),
  );
}

const leaking = steady.filter((each) => each !== 'ramp');

function world(kind: Kind, random: () => number, index: number): World {
  const shape = kind === 'leak' ? (leaking[index % leaking.length] ?? 'plain') : kind;
  const { level, weekend, growth, monthly, noise } = lookOf(shape, random);
  const { anomalies, undecided, factor } = slowly(kind, random) ?? {
    ...planted(random, index, noise),
    ...growing(growth),
  };
  const days = Array.from({ length }, (_, i) => {
    const day = first + i;
    const isWeekend = [0, 6].includes((day + 4) % 7);
    const usual = level * (1 + growth) ** i * (isWeekend ? weekend : 1) * (1 + noise * gauss(random));
    const credit = shape === 'credits' && random() < 0.06 ? -level * random() * 1.5 : 0;
    const end = isMonthEnd(day) ? monthly * (0.9 + 0.2 * random()) : 0;
    const known = !(shape === 'missing' && random() < 0.12);
    const cost = Math.max(0, usual) * factor(day) + credit + end;
    return { day, cost: known ? cost : undefined };
  });
  const grown = growth >= leak ? [{ kind: 'slow', from: first, to: last } as const] : [];
  return { name: `${kind} ${index}`, days, anomalies: [...anomalies, ...grown], undecided };
}

function lookOf(shape: Kind, random: () => number) {
  const level = 30 * 10 ** (random() * 1.5);
  const noise = shape === 'noisy' ? 0.15 + 0.1 * random() : 0.03 + 0.05 * random();
  const weekend =
    shape === 'idle-weekends' ? 0.02 : shape === 'weekends' ? 0.3 + 0.3 * random() : 0.85 + 0.15 * random();
  const growth = shape === 'ramp' ? 0.004 + 0.011 * random() : 0.002 * (random() - 0.5);
  const monthly = shape === 'month-end' ? level * (1 + 3 * random()) : 0;
  return { level, noise, weekend, growth, monthly };
}

const growing = (growth: number): Pick<World, 'undecided'> => ({
  undecided: growth > leak / 10 && growth < leak ? ['slow'] : [],
});

interface Course extends Pick<World, 'anomalies' | 'undecided'> {
  readonly factor: (day: number) => number;
}

function slowly(kind: Kind, random: () => number): Course | undefined {
  switch (kind) {
    case 'leak': {
      const from = first + learned + Math.floor(random() * 15);
      const daily = leak * (1 + random());
      const factor = (day: number): number => (1 + daily) ** Math.max(0, day - from + 1);
      return { anomalies: [{ kind: 'slow', from, to: last }], undecided: [], factor };
    }
    case 'swings': {
      const [height, days, phase] = [0.05 + 0.04 * random(), 30 + 60 * random(), random()];
      const factor = (day: number): number => 1 + height * Math.sin(2 * Math.PI * ((day - first) / days + phase));
      return { anomalies: [], undecided: [], factor };
    }
    case 'holiday': {
      const [from, depth] = [first + learned + Math.floor(random() * 20), 0.3 + 0.3 * random()];
      const factor = (day: number): number =>
        day < from ? 1 : 1 - depth * Math.min(1, Math.max(0, (from + 28 - day) / 14));
      // A level that comes back is a rise to whoever looks at single days.
      return { anomalies: [], undecided: ['sudden'], factor };
    }
    default:
      return undefined;
  }
}

/** A third have none, a third a spike of one to three days, a third a level that shifts for good. */
function planted(random: () => number, index: number, noise: number): Omit<Course, 'undecided'> {
  // Clearly more than the series varies by itself, as a person would say who looks at it.
  const size = 1 + Math.max(0.4, 7 * noise) + random() * 2;
  const from = first + learned + Math.floor(random() * (length - learned - 20));
  const kind = (['none', 'spike', 'shift'] as const)[index % 3] ?? 'none';
  if (kind === 'none') return { anomalies: [], factor: () => 1 };
  const to = kind === 'spike' ? from + Math.floor(random() * 3) : last;
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
