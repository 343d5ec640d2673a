/** What can be told of a failed call, whatever transport it went by. */
export interface Failure {
  readonly status: Status;
  /** Google's own words. */
  readonly message: string;
  /** `reason` of a `google.rpc.ErrorInfo`. */
  readonly reason: string | undefined;
  /** From a `google.rpc.RetryInfo`. */
  readonly retryAfterMs: number | undefined;
  /** For logs: status and reason, never a body. */
  readonly vendor: string;
}

export type Status = (typeof statuses)[number];

/** Canonical codes that a caller has to tell apart (google/rpc/code.proto); every silence counts as UNAVAILABLE. */
const statuses = [
  'INVALID_ARGUMENT',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'FAILED_PRECONDITION',
  'ALREADY_EXISTS',
  'ABORTED',
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
] as const;

/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL and DATA_LOSS say nothing about what happened: nobody answered. */
const byNumber: Readonly<Record<number, Status>> = {
  1: 'UNAVAILABLE',
  2: 'UNAVAILABLE',
  3: 'INVALID_ARGUMENT',
  4: 'UNAVAILABLE',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  11: 'OUT_OF_RANGE',
  12: 'UNIMPLEMENTED',
  13: 'UNAVAILABLE',
  14: 'UNAVAILABLE',
  15: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};

/** Used only where an answer has no canonical status in its body: a proxy's page, for example. */
const byHttp: Readonly<Record<number, Status>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
};

const longestMessage = 1_500;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** undefined for an error that came neither from Google nor from the network: a mistake of ours must not look like a silent cloud. */
export function normalise(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const fields = error as Error & Fields;
  const body = bodyOf(error.message);
  const status = body === undefined ? statusOf(error, fields['code']) : bodyStatus(body, fields['code']);
  if (status === undefined) return undefined;
  const details = detailsOf(body?.['details'] ?? fields['statusDetails']);
  const reason = details.map((detail) => detail['reason']).find((value) => typeof value === 'string');
  const message = textOf(body?.['message'] ?? fields['details'] ?? error.message);
  const retryAfterMs = details.map((detail) => durationMs(detail['retryDelay'])).find((ms) => ms !== undefined);
  return { status, message, reason, retryAfterMs, vendor: reason === undefined ? status : `${status}/${reason}` };
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' && value !== '' ? value : 'no message';
  // A page of HTML is a proxy's, not Google's, and helps nobody.
  if (/^\s*</.test(text)) return 'the answer was a page instead of a message of the API';
  return text.slice(0, longestMessage);
}

/** Over REST the client library puts the whole JSON answer into the message. */
function bodyOf(message: string): Fields | undefined {
  if (!message.startsWith('{') && !message.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(message);
    const answer: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isFields(answer) && isFields(answer['error']) ? answer['error'] : undefined;
  } catch {
    // Not JSON after all: the code decides.
    return undefined;
  }
}

function bodyStatus(body: Fields, code: unknown): Status | undefined {
  const named = statuses.find((status) => status === body['status']);
  return named ?? numeric(numberOf(body['code'] ?? code));
}

/** Numbers up to 16 are canonical, from 100 on they are HTTP. */
function numeric(code: number): Status | undefined {
  if (code >= 500 && code !== 501) return 'UNAVAILABLE';
  return code >= 100 ? byHttp[code] : byNumber[code];
}

const networkCodes =
  /^(?:E(?:CONN\w+|PIPE|HOST\w+|NET\w+|AI_AGAIN|TIMEDOUT|NOTFOUND|PROTO)|UND_ERR_\w+|ERR_(?:SOCKET|STREAM|SSL|TLS|HTTP2)\w*)$/;
const networkTexts =
  /socket hang up|network (?:error|timeout)|other side closed|terminated|premature close|fetch failed|aborted/i;
const credentialTexts = /could not load the default credentials|could not refresh access token|invalid_grant/i;

function statusOf(error: Error, code: unknown): Status | undefined {
  const known = numeric(numberOf(code));
  if (known !== undefined) return known;
  // A token that could not be had because nobody answered says nothing about what we may do.
  if (typeof code === 'string' && networkCodes.test(code)) return 'UNAVAILABLE';
  if (credentialTexts.test(error.message)) return 'UNAUTHENTICATED';
  return networkTexts.test(error.message) ? 'UNAVAILABLE' : undefined;
}

/** NaN for what is no number; 64-bit ones come as text or as an object with two halves, of which the lower is enough here. */
function numberOf(value: unknown): number {
  const given = isFields(value) ? value['low'] : value;
  return typeof given === 'number' || (typeof given === 'string' && given !== '') ? Number(given) : Number.NaN;
}

const detailsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** `"1.5s"` over REST, `{seconds, nanos}` over gRPC. */
function durationMs(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1];
    return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
  }
  if (!isFields(value)) return undefined;
  const ms = numberOf(value['seconds'] ?? 0) * 1000 + numberOf(value['nanos'] ?? 0) / 1e6;
  return Number.isFinite(ms) ? Math.ceil(ms) : undefined;
}
