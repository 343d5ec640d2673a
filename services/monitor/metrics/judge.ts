import { errorCount, failuresBeside, requestCount } from './one-source.ts';
import { newestOf, resolutions, valuesOf } from './ring.ts';
import type { SeriesRecord } from './series.ts';

export interface JudgeSettings {
  /** More than this share of requests answered with errors is unwell. */
  readonly errorRatio: number;
  /** Fewer requests than this in the window say nothing. */
  readonly minimumRequests: number;
}

export interface Judgement {
  readonly ill: boolean;
  /** `ErrorRatio 0.43 of 210 requests` */
  readonly reason: string;
}

const minute = resolutions['1m'];
/** So many of so many minutes have to be bad: one bad minute is no illness, one good one no cure. */
const window = { minutes: 5, bad: 3, badAtMost: 1 };
/** Older than this, minutes tell of the past. */
const staleSeconds = 900;

/**
 * What a deployment's own requests say of it; undefined when they say nothing: too few, unknown, too old, or neither well nor ill.
 * A minute in which requests are known and errors are not counts for neither.
 */
export function judge(
  { rings }: Pick<SeriesRecord, 'rings'>,
  nowMs: number,
  settings: JudgeSettings,
): Judgement | undefined {
  const requests = valuesOf(rings[requestCount], minute);
  const errors = failuresBeside(requests, valuesOf(rings[errorCount], minute));
  const newest = newestOf(rings[requestCount], minute) ?? 0;
  if (newest < nowMs / 1000 - staleSeconds) return undefined;
  const seen = [...requests].flatMap(([at, { value }]) => {
    const failed = errors.get(at)?.value;
    const recent = at > newest - window.minutes * minute.step;
    return failed === undefined || !recent || value <= 0 ? [] : [{ value, failed }];
  });
  return concluded(seen, settings);
}

interface Minute {
  readonly value: number;
  readonly failed: number;
}

function concluded(seen: readonly Minute[], { errorRatio, minimumRequests }: JudgeSettings): Judgement | undefined {
  const total = seen.reduce((sum, { value }) => sum + value, 0);
  if (total < minimumRequests) return undefined;
  const ratio = seen.reduce((sum, { failed }) => sum + failed, 0) / total;
  const bad = seen.filter(({ value, failed }) => failed / value > errorRatio).length;
  const reason = `ErrorRatio ${ratio.toFixed(2)} of ${total} requests`;
  if (bad >= window.bad && ratio > errorRatio) return { ill: true, reason };
  return bad <= window.badAtMost && ratio <= errorRatio ? { ill: false, reason } : undefined;
}
