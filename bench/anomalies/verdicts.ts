import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** On series that no threshold was chosen on. */
export const promises = { precision: 0.9, recall: 0.9 } as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  return (['sudden', 'slow'] as const).flatMap((kind) => {
    const heldOut = rows.filter((row) => row.kind === kind && row.seed === 'held out');
    const [own, other] = [true, false].map((ours) =>
      heldOut.find(({ detector }) => (detector === 'homeostasis') === ours),
    );
    return own === undefined || own.anomalies === 0
      ? [unmeasured({ what: `${kind} cost anomalies`, target: 'measured' }, 'no series held one')]
      : verdictsOf(own, other);
  });
}

function verdictsOf(own: Row, other: Row | undefined): Verdict[] {
  return (['precision', 'recall'] as const).map((figure) => {
    const promised = {
      what: `${own.kind} cost anomalies, ${figure} on held-out series`,
      target: `at least ${promises[figure]}`,
      ...(other === undefined ? {} : { ratio: `${other.detector}: ${other[figure].toFixed(3)}` }),
    };
    return judged(promised, own[figure].toFixed(3), own[figure] >= promises[figure]);
  });
}
