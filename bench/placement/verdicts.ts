import { median } from '../process/statistics.ts';
import { judged, unmeasured, type Verdict } from '../verdict.ts';
import { kindOf, type Row } from './rows.ts';

/** The project's performance promises: shares of the optimum, milliseconds, and the seeds they are given for. */
export const TARGETS = {
  alike: { off: 0.0025, gap: 0.01 },
  alone: { seeds: 10, off: 0.0025, speedup: 100 },
  large: { seeds: 3, gap: 0.01, milliseconds: 3000 },
  linked: { seeds: 20, off: 0.01, share: 18 / 20 },
} as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  const of = (kind: ReturnType<typeof kindOf>, services?: number): Row[] =>
    rows.filter(({ key }) => kindOf(key) === kind && (services ?? key.services) === key.services);
  return [
    ...judgeAlone(of('alone', 500)),
    ...judgeLarge(of('alone', 2000)),
    judgeLinked(of('linked')),
    ...judgeAlike(of('alike')),
  ];
}

const percent = (share: number, digits = 2): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : 'not all placed';

/** A smaller sample than promised is never shown as the promise. */
const seedsOf = (count: number, promised: number): string =>
  count < promised ? `${count} of ${promised} seeds` : `${count} seeds`;

const worst = (rows: readonly Row[]): number => Math.max(...rows.map(({ off = Infinity }) => off));

/** A gap certifies the placement of the services that were placed; it says nothing for those that were not. */
const widest = (rows: readonly Row[]): number =>
  Math.max(...rows.map(({ gap, infeasible }) => (infeasible > 0 ? Infinity : gap)));

/** Rows without a reference say something about HiGHS, nothing about us: they are in the table, counted here, and not judged. */
function compared(rows: readonly Row[]): readonly (Row & { readonly off: number })[] {
  return rows.flatMap(({ off, ...row }) => (off === undefined ? [] : [{ ...row, off }]));
}

/** The same distance for a scheduler: the median of the seeds on which it finds a place for everything. */
function oneAtATime(rows: readonly Row[]): string {
  const single = rows.flatMap(({ oneAtATimeOff }) => oneAtATimeOff ?? []);
  return single.length === 0 ? 'one at a time: not all placed' : `one at a time: ${percent(median(single), 1)}`;
}

function why(rows: readonly Row[]): string {
  return rows.length === 0 ? 'not part of this run' : `HiGHS proved nothing on ${rows.length} instances`;
}

function judgeAlone(all: readonly Row[]): Verdict[] {
  const rows = compared(all);
  const seeds = seedsOf(rows.length, TARGETS.alone.seeds);
  const quality = { what: `500 services, ${seeds}: over the optimum (worst)`, target: '0.25 %' };
  const speed = { what: `500 services, ${seeds}: times faster than HiGHS (median)`, target: '100' };
  if (rows.length === 0) return [quality, speed].map((each) => unmeasured(each, why(all)));
  const times = median(rows.map(({ speedup = 0 }) => speedup));
  return [
    judged({ ...quality, ratio: oneAtATime(rows) }, percent(worst(rows), 3), worst(rows) <= TARGETS.alone.off),
    judged({ ...speed, ratio: `${times.toFixed(0)}x` }, times.toFixed(0), times >= TARGETS.alone.speedup),
  ];
}

function judgeLarge(rows: readonly Row[]): Verdict[] {
  const certified = { what: '2,000 services: certified gap', target: '1 %' };
  const time = { what: '2,000 services: time', target: '3 s' };
  if (rows.length === 0) return [certified, time].map((each) => unmeasured(each, why(rows)));
  const slowest = Math.max(...rows.map(({ milliseconds }) => milliseconds));
  return [
    judged(certified, percent(widest(rows)), widest(rows) <= TARGETS.large.gap),
    judged(time, `${(slowest / 1000).toFixed(2)} s`, slowest <= TARGETS.large.milliseconds),
  ];
}

function judgeLinked(all: readonly Row[]): Verdict {
  const rows = compared(all);
  const seeds = seedsOf(rows.length, TARGETS.linked.seeds);
  const promised = { what: `200 linked services, ${seeds}: within 1 % of the optimum`, target: '18 of 20' };
  if (rows.length === 0) return unmeasured(promised, why(all));
  const within = rows.filter(({ off }) => off <= TARGETS.linked.off).length;
  const met = within >= TARGETS.linked.share * rows.length;
  return judged({ ...promised, ratio: oneAtATime(rows) }, `${within} of ${rows.length}`, met);
}

function judgeAlike(all: readonly Row[]): Verdict[] {
  const rows = compared(all);
  const quality = { what: `equal services, ${rows.length} sizes: over the optimum (worst)`, target: '0.25 %' };
  const certified = { what: `equal services, ${all.length} sizes: certified gap (worst)`, target: '1 %' };
  return [
    rows.length === 0
      ? unmeasured(quality, why(all))
      : judged(quality, percent(worst(rows), 3), worst(rows) <= TARGETS.alike.off),
    all.length === 0
      ? unmeasured(certified, why(all))
      : judged(certified, percent(widest(all)), widest(all) <= TARGETS.alike.gap),
  ];
}
