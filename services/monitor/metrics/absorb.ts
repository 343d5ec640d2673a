import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import { newestOf, oldestKept, resolutions, ringOf, rounded, valuesOf, type Ring, type Value } from './ring.ts';
import { ofOneSource } from './one-source.ts';
import { rolledUp, type Minutes } from './roll-up.ts';
import type { Kept, SeriesRecord } from './series.ts';
import { statisticOf, type Statistic } from './statistic.ts';

export type Points = readonly (readonly [at: number, value: number])[];
export type Arrived = ReadonlyMap<MeasuredName, Points>;

export interface Absorbing {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds since the epoch up to which was measured. */
  readonly asOf: number;
  /** Values are to be added to what their minute has; else they are what the minute is. */
  readonly adds: boolean;
  /** By a Prometheus: where a cloud tells the same minute, this stands, whichever came first. */
  readonly told?: boolean;
}

const minute = resolutions['1m'];
/** A cloud's clock may run ahead a little; what it says of the far future would push everything else out. */
const aheadSeconds = 300;

/**
 * What arrived, put beside what is kept; only the resolutions that change. Pure, and the same whatever order answers arrive in: a
 * count only grows while late data come in, of the rest the answer that was measured later stands, and a Prometheus's word before a
 * cloud's.
 */
export function absorb(before: Kept, arrived: Arrived, how: Absorbing): Kept {
  const known = before['1m'];
  if (how.adds && known?.windows?.includes(how.asOf) === true) return {};
  const names = new Set([...arrived.keys(), ...(Object.keys(known?.rings ?? {}) as MeasuredName[])]);
  const minutes = new Map([...names].map((metric) => [metric, merged(metric, { known, arrived, how })] as const));
  const rings = [...minutes].map(
    ([metric, { changed, values }]) => [metric, changed ? ringOf(values, minute) : known?.rings[metric]] as const,
  );
  const asOf = Math.max(how.asOf, known?.asOf ?? 0);
  return {
    ...(isChanged(rings, known) ? { '1m': { asOf, rings: present(rings), ...windowsOf(known, how) } } : {}),
    ...coarse('5m', { before, minutes: ofOneSource(minutes), how }),
    ...coarse('1h', { before, minutes: ofOneSource(minutes), how }),
  };
}

/** Two hours of windows of ten seconds. */
const windowsKept = 720;

function windowsOf(known: SeriesRecord | undefined, { adds, asOf }: Absorbing): Pick<SeriesRecord, 'windows'> {
  return adds ? { windows: [...(known?.windows ?? []), asOf].slice(-windowsKept) } : {};
}

interface Merged extends Minutes {
  readonly changed: boolean;
}

interface Sources {
  readonly known: SeriesRecord | undefined;
  readonly arrived: Arrived;
  readonly how: Absorbing;
}

function merged(metric: MeasuredName, { known, arrived, how }: Sources): Merged {
  const ring = known?.rings[metric];
  const values = valuesOf(ring, minute);
  const later = how.asOf >= (known?.asOf ?? 0);
  let changed = false;
  for (const [second, given] of arrived.get(metric) ?? []) {
    const at = second - (second % minute.step);
    if (!isKept(at, given, how.now)) continue;
    const old = values.get(at);
    const value = settled(metric, old, { given, how, later });
    changed ||= value !== old;
    values.set(at, value);
  }
  const newest = newestOf(ring, minute);
  return { metric, values, changed, intactFrom: newest === undefined ? 0 : oldestKept(newest, minute) };
}

const isKept = (at: number, value: number, nowMs: number): boolean =>
  Number.isFinite(value) && at >= nowMs / 1000 - minute.step * minute.keep && at <= nowMs / 1000 + aheadSeconds;

interface Given {
  readonly given: number;
  readonly how: Absorbing;
  /** Measured no earlier than what is kept. */
  readonly later: boolean;
}

/** The very same value when what is given changes nothing. */
function settled(metric: MeasuredName, old: Value | undefined, { given, how, later }: Given): Value {
  const told = how.told === true;
  const own = { value: rounded(given), known: 1, ...(told ? { told } : {}) };
  if (old === undefined) return own;
  if (told !== (old.told === true)) return told ? own : old;
  const value = rounded(together(statisticOf(metric), [old.value, given], { adds: how.adds, later }));
  return value === old.value ? old : { ...old, value };
}

function together(
  statistic: Statistic,
  [old, given]: readonly [number, number],
  { adds, later }: { readonly adds: boolean; readonly later: boolean },
): number {
  if (adds) return statistic === 'sum' ? old + given : Math.max(old, given);
  if (statistic === 'sum') return Math.max(old, given);
  return later ? given : old;
}

interface Folded {
  readonly before: Kept;
  readonly minutes: ReadonlyMap<MeasuredName, Merged>;
  readonly how: Absorbing;
}

function coarse(resolution: '5m' | '1h', { before, minutes, how }: Folded): Kept {
  const known = before[resolution];
  const at = { shape: resolutions[resolution], now: how.now / 1000 };
  const rings = [...minutes].map(([metric, each]) => [metric, rolledUp(each, known?.rings[metric], at)] as const);
  const asOf = Math.max(how.asOf, known?.asOf ?? 0);
  return isChanged(rings, known) ? { [resolution]: { asOf, rings: { ...known?.rings, ...present(rings) } } } : {};
}

type Rings = readonly (readonly [MeasuredName, Ring | undefined])[];

const isChanged = (rings: Rings, known: SeriesRecord | undefined): boolean =>
  rings.some(([metric, ring]) => ring !== known?.rings[metric]);

const present = (rings: Rings): SeriesRecord['rings'] =>
  Object.fromEntries(rings.filter(([, ring]) => ring !== undefined));
