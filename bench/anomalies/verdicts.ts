import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** On series that no threshold was chosen on. */
export const promises = { precision: 0.9, recall: 0.9 } as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  const own = rows.find(({ detector, seed }) => detector === 'homeostasis' && seed === 'held out');
  const other = rows.find(({ detector, seed }) => detector !== 'homeostasis' && seed === 'held out');
  if (own === undefined || own.anomalies === 0) {
    return [unmeasured({ what: 'cost anomalies', target: 'measured' }, 'no series held an anomaly')];
  }
  return (['precision', 'recall'] as const).map((figure) => {
    const promised = {
      what: `cost anomalies, ${figure} on held-out series`,
      target: `at least ${promises[figure]}`,
      ...(other === undefined ? {} : { ratio: `${other.detector}: ${other[figure].toFixed(3)}` }),
    };
    return judged(promised, own[figure].toFixed(3), own[figure] >= promises[figure]);
  });
}
