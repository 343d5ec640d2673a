import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** Times a function that holds only the SDK clients it needs. */
export const budget = { bytes: 1.25, init: 1.2 };

export function verdicts(rows: readonly Row[]): Verdict[] {
  if (rows.length === 0) return [unmeasured({ what: 'functions of the hub', target: 'packaged' }, 'none')];
  return rows.flatMap((row) => [bytes(row), init(row)]);
}

export function bytes({ name, bytes: ours, referenceBytes }: Row): Verdict {
  const ratio = ours / referenceBytes;
  const promised = { what: `${name}, bundle`, target: `${budget.bytes}x SDK only`, ratio: `${ratio.toFixed(3)}x` };
  return judged(promised, `${ours} bytes`, ratio <= budget.bytes);
}

function init({ name, init: measured }: Row): Verdict {
  const promised = { what: `${name}, cold init`, target: `${budget.init}x SDK only` };
  if (measured === undefined) return unmeasured(promised, 'aws-lambda-ric is not installed (HOMEOSTASIS_RIC)');
  const ratio = measured.ms / measured.referenceMs;
  const figure = `${measured.ms.toFixed(0)} ms`;
  return judged({ ...promised, ratio: `${ratio.toFixed(3)}x` }, figure, ratio <= budget.init);
}
