import { detect } from '../../services/cost/anomalies/detect.ts';
import { growingDays } from '../../services/cost/anomalies/drift.ts';
import { runsOf } from '../../services/cost/anomalies/runs.ts';
import { defaultCostSettings } from '../../services/cost/settings.ts';
import type { World } from './worlds.ts';

export type AnomalyKind = 'sudden' | 'slow';

/** First and last day of each run that was told, and the day on which it was. */
export interface Told {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export interface Detector {
  readonly name: string;
  readonly kind: AnomalyKind;
  readonly detect: (world: World) => readonly Told[];
}

const { sensitivity, minimumImpact, days: window } = defaultCostSettings.anomalies;

function given({ days }: World) {
  const series = days.flatMap(({ day, cost }) =>
    cost === undefined ? [] : [{ day, micros: Math.round(cost * 1e6), open: false }],
  );
  const from = (series[0]?.day ?? 0) + 28;
  const options = { sensitivity, minimumMicros: minimumImpact * 1e6, days: window, from };
  return { series, options };
}

/** What the product has. It walks along the days and knows nothing of those to come, so that a run is told on its first day. */
const ours: Detector = {
  name: 'homeostasis',
  kind: 'sudden',
  detect: (world) => {
    const { series, options } = given(world);
    const sudden = runsOf(series, options).filter(({ kind }) => kind === 'sudden');
    return sudden.map(({ since, day }) => ({ from: since, to: day, at: since }));
  },
};

/** Told on the first day on which it was seen to grow; the days on which it still was are no news. */
const oursSlow: Detector = {
  name: 'homeostasis',
  kind: 'slow',
  detect: (world) => {
    const { series, options } = given(world);
    return together(growingDays(series, detect(series, options), options).map(({ day }) => day));
  },
};

/** Mean and three standard deviations of the four weeks before: what one writes in an afternoon. */
const naive: Detector = {
  name: 'mean + 3 sigma',
  kind: 'sudden',
  detect: ({ days }) => {
    const known = days.flatMap(({ day, cost }) => (cost === undefined ? [] : [{ day, cost }]));
    const told: Told[] = [];
    for (const [i, { day, cost }] of known.entries()) {
      const before = known.slice(Math.max(0, i - 28), i).map((each) => each.cost);
      if (before.length < 14) continue;
      const mean = meanOf(before);
      const deviation = Math.sqrt(before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / before.length);
      if (cost - mean < minimumImpact || cost <= mean + 3 * deviation) continue;
      const last = told.at(-1);
      if (last?.to === known[i - 1]?.day && last !== undefined) told[told.length - 1] = { ...last, to: day };
      else told.push({ from: day, to: day, at: day });
    }
    return told;
  },
};

/** A week that costs a fifth more than a week four weeks ago: the same afternoon. */
const naiveSlow: Detector = {
  name: 'week over month',
  kind: 'slow',
  detect: ({ days }) => {
    const known = days.flatMap(({ day, cost }) => (cost === undefined ? [] : [{ day, cost }]));
    const week = (to: number): number[] => known.filter(({ day }) => day > to - 7 && day <= to).map(({ cost }) => cost);
    const grown = known.filter(({ day }) => {
      const [now, before] = [week(day), week(day - 28)];
      if (before.length < 5 || now.length < 5) return false;
      return meanOf(now) - meanOf(before) >= Math.max(minimumImpact, 0.2 * meanOf(before));
    });
    return together(grown.map(({ day }) => day));
  },
};

export const detectors: readonly Detector[] = [ours, naive, oursSlow, naiveSlow];

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** As the product tells them: one growth, whatever pauses it makes within two weeks. */
function together(days: readonly number[]): readonly Told[] {
  const told: Told[] = [];
  for (const day of days) {
    const last = told.at(-1);
    if (last === undefined || day > last.to + 14) told.push({ from: day, to: day, at: day });
    else told[told.length - 1] = { ...last, to: day };
  }
  return told;
}
