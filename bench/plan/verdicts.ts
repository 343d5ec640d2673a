import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

const most = 300;

/** npx is npm's, and starts npm first: it has its own row in the table and no target. */
export function verdicts(rows: readonly Row[]): Verdict[] {
  const own = rows.filter(({ name, runs }) => name.startsWith('homeostasis ') && runs > 0);
  if (own.length === 0) return [unmeasured({ what: 'homeostasis plan', target: `${most} ms` }, 'no run was timed')];
  return own.map((row) => {
    const promised = {
      what: `${row.name}, whole command (median of ${row.runs})`,
      target: `${most} ms`,
      ratio: `${row.ratio.toFixed(1)}x node -e 0`,
    };
    return judged(promised, `${Math.round(row.median)} ms`, row.median < most);
  });
}
