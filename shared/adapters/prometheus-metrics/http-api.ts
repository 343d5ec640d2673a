import { CloudUnreachable, InvalidSpec, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { boundedFetch } from '../bounded-fetch.ts';

/** One series of a range query: labels, and values by the second they stand at. */
export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [at: number, value: number])[];
}

export interface HttpApiOptions {
  /** Base URL, with a path if it stands behind one: `https://prometheus.example.com/prom`. */
  readonly url: string;
  /** `Bearer …` or `Basic …`; absent: none is sent. */
  readonly authorization?: () => Promise<string>;
  /** Milliseconds for one query, default 5,000: all are under way at once, in a function that has a minute for ten such pages. */
  readonly timeoutMs?: number;
  /** Largest answer in bytes, default 8 MiB. */
  readonly mostBytes?: number;
}

export interface RangeQuery {
  readonly query: string;
  /** Seconds since the epoch, both included. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * `query_range` of the Prometheus HTTP API (prometheus.io/docs/prometheus/latest/querying/api), which Thanos, Mimir and VictoriaMetrics
 * have too. Bounded in time and size; redirects are not followed, so that a token goes nowhere else.
 * @throws errors of the port: Unauthorized, Throttled, InvalidSpec for a query that is refused, CloudUnreachable otherwise.
 */
export async function queryRange(
  options: HttpApiOptions,
  { query, start, end, step }: RangeQuery,
): Promise<readonly RangeSeries[]> {
  const url = new URL(`${options.url.replace(/\/+$/, '')}/api/v1/query_range`);
  const body = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) });
  const authorization = await options.authorization?.();
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  const { status, text } = await boundedFetch(
    url,
    { method: 'POST', headers, body },
    {
      who: `Prometheus at ${url.origin}`,
      timeoutMs: options.timeoutMs ?? 5_000,
      mostBytes: options.mostBytes ?? 8 * 2 ** 20,
    },
  );
  if (status !== 200) throw refusal(status, text, url);
  return seriesIn(text, url);
}

function refusal(status: number, text: string, url: URL): Error {
  const message = `Prometheus at ${url.origin} answered ${status}: ${explained(text)}`;
  if (status === 401 || status === 403) return new Unauthorized(message);
  if (status === 429) return new Throttled(message, 5_000);
  return status === 400 || status === 422 ? new InvalidSpec(message) : new CloudUnreachable(message);
}

function explained(text: string): string {
  const answer = parsed(text);
  const error = isObject(answer) ? answer['error'] : undefined;
  return (typeof error === 'string' ? error : text).slice(0, 300);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's page, for example: whoever asks tells it by its shape.
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function seriesIn(text: string, url: URL): RangeSeries[] {
  const answer = parsed(text);
  const data = isObject(answer) && answer['status'] === 'success' ? answer['data'] : undefined;
  const result = isObject(data) && data['resultType'] === 'matrix' ? data['result'] : undefined;
  if (!Array.isArray(result))
    throw new CloudUnreachable(`${url.origin} does not answer as Prometheus does: ${text.slice(0, 200)}`);
  return result
    .filter(isObject)
    .map((each) => ({ metric: labelsOf(each['metric']), values: valuesOf(each['values']) }));
}

function labelsOf(metric: unknown): Readonly<Record<string, string>> {
  const entries = isObject(metric) ? Object.entries(metric) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Values are text, so that `NaN` and `+Inf` can be told: both are no measurement. */
function valuesOf(values: unknown): [number, number][] {
  const pairs = Array.isArray(values) ? (values as unknown[]) : [];
  return pairs.flatMap((pair): [number, number][] => {
    if (!Array.isArray(pair)) return [];
    const [at, value] = [Number(pair[0]), typeof pair[1] === 'string' ? Number(pair[1]) : Number.NaN];
    return Number.isFinite(at) && Number.isFinite(value) ? [[at, value]] : [];
  });
}
