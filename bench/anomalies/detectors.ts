import { detect } from '../../services/cost/anomalies/detect.ts';
import { defaultCostSettings } from '../../services/cost/settings.ts';
import type { World } from './worlds.ts';

/** First and last day of each run that was told, and the day on which it was. */
export interface Told {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

export type Detector = (world: World) => readonly Told[];

/** What the product has. It walks along the days and knows nothing of those to come, so that a run is told on its first day. */
export const ours: Detector = ({ days }) => {
  const { sensitivity, minimumImpact, days: window } = defaultCostSettings.anomalies;
  const series = days.flatMap(({ day, cost }) =>
    cost === undefined ? [] : [{ day, micros: Math.round(cost * 1e6), open: false }],
  );
  const from = (series[0]?.day ?? 0) + 28;
  const runs = detect(series, { sensitivity, minimumMicros: minimumImpact * 1e6, days: window, from });
  return runs.map(({ since, day }) => ({ from: since, to: day, at: since }));
};

/** Mean and three standard deviations of the four weeks before: what one writes in an afternoon. */
export const naive: Detector = ({ days }) => {
  const known = days.flatMap(({ day, cost }) => (cost === undefined ? [] : [{ day, cost }]));
  const told: Told[] = [];
  for (const [i, { day, cost }] of known.entries()) {
    const before = known.slice(Math.max(0, i - 28), i).map((each) => each.cost);
    if (before.length < 14) continue;
    const mean = before.reduce((a, b) => a + b, 0) / before.length;
    const deviation = Math.sqrt(before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / before.length);
    if (cost - mean < defaultCostSettings.anomalies.minimumImpact || cost <= mean + 3 * deviation) continue;
    const last = told.at(-1);
    if (last?.to === known[i - 1]?.day && last !== undefined) told[told.length - 1] = { ...last, to: day };
    else told.push({ from: day, to: day, at: day });
  }
  return told;
};
