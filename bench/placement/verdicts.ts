import { median } from '../process/statistics.ts';
import { judged, unmeasured, type Verdict } from '../verdict.ts';
import { TARGETS } from './bench.ts';
import type { Row } from './rows.ts';

/** Rows without a reference say something about HiGHS, nothing about us: they are in the table, and not judged. */
export function verdicts(rows: readonly Row[]): Verdict[] {
  const compared = rows.filter(({ off }) => off !== undefined);
  const linked = compared.filter(({ key }) => key.linked);
  const alone = compared.filter(({ key }) => isAlone(key) && key.services === 500);
  const large = rows.filter(({ key }) => isAlone(key) && key.services === 2000);
  const alike = compared.filter(({ key }) => key.alike === true);
  return [...judgeAlone(alone), ...judgeLarge(large), judgeLinked(linked), judgeAlike(alike)];
}

const isAlone = ({ linked, alike }: Row['key']): boolean => !linked && alike !== true;

const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

function judgeAlone(rows: readonly Row[]): Verdict[] {
  const quality = { what: `500 services, ${rows.length} seeds: over the optimum (worst)`, target: '0.25 %' };
  const speed = { what: '500 services: times faster than HiGHS (median)', target: '100' };
  if (rows.length === 0) return [quality, speed].map((each) => unmeasured(each, 'HiGHS proved nothing'));
  const worst = Math.max(...rows.map(({ off = Infinity }) => off));
  const times = median(rows.map(({ speedup = 0 }) => speedup));
  const single = rows.flatMap(({ oneAtATimeOff }) => oneAtATimeOff ?? []);
  const beside = single.length === 0 ? 'one at a time: not all placed' : `one at a time: ${percent(median(single), 1)}`;
  return [
    judged({ ...quality, ratio: beside }, percent(worst, 3), worst <= TARGETS.alone.off),
    judged({ ...speed, ratio: `${times.toFixed(0)}x` }, times.toFixed(0), times >= TARGETS.alone.speedup),
  ];
}

function judgeLarge(rows: readonly Row[]): Verdict[] {
  const certified = { what: '2,000 services: certified gap', target: '1 %' };
  const time = { what: '2,000 services: time', target: '3 s' };
  if (rows.length === 0) return [certified, time].map((each) => unmeasured(each, 'no instance was solved'));
  const gap = Math.max(...rows.map((row) => row.gap));
  const slowest = Math.max(...rows.map(({ milliseconds }) => milliseconds));
  return [
    judged(certified, percent(gap), gap <= TARGETS.large.gap),
    judged(time, `${(slowest / 1000).toFixed(2)} s`, slowest <= TARGETS.large.milliseconds),
  ];
}

function judgeLinked(rows: readonly Row[]): Verdict {
  const promised = { what: '200 linked services: seeds within 1 % of the optimum', target: '18 of 20' };
  if (rows.length === 0) return unmeasured(promised, 'HiGHS proved nothing');
  const within = rows.filter(({ off = Infinity }) => off <= TARGETS.linked.off).length;
  const times = median(rows.map(({ speedup = 0 }) => speedup));
  const met = within >= TARGETS.linked.share * rows.length;
  return judged({ ...promised, ratio: `${times.toFixed(0)}x HiGHS's speed` }, `${within} of ${rows.length}`, met);
}

function judgeAlike(rows: readonly Row[]): Verdict {
  const promised = { what: `equal services, ${rows.length} sizes: over the optimum (worst)`, target: '0.25 %' };
  if (rows.length === 0) return unmeasured(promised, 'HiGHS proved nothing');
  const worst = Math.max(...rows.map(({ off = Infinity }) => off));
  return judged(promised, percent(worst, 3), worst <= TARGETS.alone.off);
}
