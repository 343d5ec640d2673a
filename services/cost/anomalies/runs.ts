import { detect, type DetectOptions, type Run, type SeriesDay } from './detect.ts';
import { asRuns, growingDays } from './drift.ts';

/** What is expected lags behind a level that creeps up: beside one, what sticks out has to do so by so much more. */
const beside = 1.5;
/** It was seen to creep up no longer ago. */
const recentDays = 14;

/** What jumps out, and what creeps up. A series that does both may have one of each. Pure. */
export function runsOf(days: readonly SeriesDay[], options: DetectOptions): readonly Run[] {
  const jumps = detect(days, options);
  const growing = growingDays(days, jumps, options);
  const isCreeping = (since: number): boolean => growing.some(({ day }) => day < since && day >= since - recentDays);
  const sudden = jumps.filter(({ score, since }) => score >= beside * options.sensitivity || !isCreeping(since));
  return [...sudden, ...asRuns(growing)];
}
