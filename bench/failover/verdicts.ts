import { judged, unmeasured, type Verdict } from '../verdict.ts';
import type { Row } from './bench.ts';

/** Percent of requests in the minute around the loss. */
const mostFailed = 0.5;
const longest = { 'default settings': 15, 'fast probes': 3 } as const;

export function verdicts(rows: readonly Row[]): Verdict[] {
  if (rows.length === 0) {
    return [unmeasured({ what: 'loss of a region', target: 'measured' }, 'nothing was lost')];
  }
  return rows.flatMap((row) => [failures(row), afterDetection(row), movement(row), redundancy(row), agreement(row)]);
}

const name = ({ stand, probes }: Row): string => `${stand}, ${probes}`;

function failures(row: Row): Verdict {
  const percent = (row.failed * 100) / row.requests;
  const promised = { what: `${name(row)}: failed in the minute around the loss`, target: `at most ${mostFailed} %` };
  return judged(promised, `${percent.toFixed(3)} % (${row.failed} of ${row.requests})`, percent <= mostFailed);
}

function afterDetection(row: Row): Verdict {
  const promised = { what: `${name(row)}: repeatable requests failed after the detection`, target: '0' };
  if (row.detected === undefined) return judged(promised, 'it was not detected', false);
  return judged(promised, String(row.failedAfterDetection), row.failedAfterDetection === 0);
}

/** From the detection, as it is promised; the time from the loss stands beside it. */
function movement(row: Row): Verdict {
  const most = longest[row.probes];
  const promised = { what: `${name(row)}: detection to traffic moved`, target: `at most ${most} s` };
  if (row.detected === undefined || row.moved === undefined) return judged(promised, 'it did not move', false);
  const took = Math.max(0, row.moved - row.detected);
  return judged(
    { ...promised, ratio: `${row.moved.toFixed(1)} s from the loss` },
    `${took.toFixed(2)} s`,
    took <= most,
  );
}

function redundancy(row: Row): Verdict {
  const promised = { what: `${name(row)}: all redundancy again`, target: 'comes' };
  return judged(promised, row.whole === undefined ? 'not yet' : `${row.whole.toFixed(1)} s`, row.whole !== undefined);
}

/** Two counts of the same requests, by who sent them and by the gateway. */
function agreement(row: Row): Verdict {
  const { gateway, generator } = row;
  const promised = { what: `${name(row)}: traffic.measured against what clients counted`, target: 'equal' };
  const figure = `${gateway.requests}, ${gateway.failed} failed / ${generator.requests}, ${generator.failed} failed`;
  return judged(promised, figure, gateway.requests === generator.requests && gateway.failed === generator.failed);
}
