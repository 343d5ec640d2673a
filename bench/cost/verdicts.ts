import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** Promises of a month of bills. */
export const promises = { ratio: 2, memoryMib: 1024 } as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  if (rows.length === 0) return [unmeasured({ what: 'a month of bills', target: 'measured' }, 'nothing was read')];
  return rows.flatMap((row) => [time(row), memory(row), sums(row)]);
}

const name = ({ format, rows }: Row): string =>
  `${rows.toLocaleString('en')} rows of ${format === 'csv' ? 'CSV' : 'Parquet'}`;

function time(row: Row): Verdict {
  const { ours, bare } = row;
  const ratio = ours.ms / bare.ms;
  const promised = {
    what: `${name(row)}: import and whole report`,
    target: `at most ${promises.ratio} times DuckDB's bare aggregation`,
    ratio: ratio.toFixed(2),
  };
  return judged(
    promised,
    `${(ours.ms / 1000).toFixed(2)} s beside ${(bare.ms / 1000).toFixed(2)} s`,
    ratio <= promises.ratio,
  );
}

function memory(row: Row): Verdict {
  const promised = { what: `${name(row)}: peak memory`, target: `under ${promises.memoryMib} MiB` };
  const { peakMib } = row.ours;
  if (peakMib === undefined) return unmeasured(promised, 'this system does not tell (no /proc)');
  return judged(promised, `${peakMib.toFixed(0)} MiB`, peakMib < promises.memoryMib);
}

function sums(row: Row): Verdict {
  const promised = { what: `${name(row)}: every grouping adds up to the bills`, target: 'to the micro-unit' };
  const { reconciles, micros } = row.ours;
  // Three bills are rounded, the engine's sum once: they may differ by what rounding leaves.
  const same = Math.abs(micros - row.bare.micros) <= 2;
  const figure = `${micros} micro-units, the engine's own sum ${row.bare.micros}`;
  return judged(promised, reconciles ? figure : 'a grouping does not', reconciles && same);
}
