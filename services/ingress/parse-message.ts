import { InvalidEvent } from '../../shared/contracts/envelope.ts';
import { ProblemError } from './problem.ts';
import { parseJson } from './read-json.ts';

export interface HttpMessage {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The events of a CloudEvents HTTP message (binary, structured or batched), not yet checked.
 *
 * Ours rather than `HTTP.toEvent` of `cloudevents` 10, which mends where a front door has to refuse: an absent id gets a new one (and a
 * redelivery would be another event), a time that is none becomes now, data `5` becomes `"5"`, and with a charset in the media type
 * data stays unparsed text. What each of its steps would need before it comes to more than the step. What we send, it does make: see
 * `shared/adapters/publish-over-http`; and `events.test.ts` holds this parser against what it sends.
 * @throws ProblemError 400 or 415, InvalidEvent.
 */
export function parseMessage({ headers, body }: HttpMessage): { readonly values: readonly unknown[]; batch: boolean } {
  const { media, charset } = mediaType(headers['content-type'] ?? '');
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/.test(charset)) {
    throw unsupported(`charset ${charset}: JSON is exchanged in UTF-8`);
  }
  if (media === 'application/cloudevents+json') return { values: [parseJson(body)], batch: false };
  if (media === 'application/cloudevents-batch+json') {
    const values = parseJson(body);
    if (!Array.isArray(values)) throw new InvalidEvent('(batch)', 'must be a JSON array of events');
    return { values, batch: true };
  }
  if (media.startsWith('application/cloudevents')) throw unsupported(`content-type ${media}`);
  return { values: [binary({ headers, body }, media)], batch: false };
}

function mediaType(header: string): { readonly media: string; readonly charset: string | undefined } {
  const [media = '', ...parameters] = header.toLowerCase().split(';');
  const charset = parameters.map((each) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(each)?.[1]).find(Boolean);
  return { media: media.trim(), charset };
}

function unsupported(what: string): ProblemError {
  return new ProblemError(
    415,
    'Unsupported Media Type',
    `${what}: send application/cloudevents+json, application/cloudevents-batch+json, or binary mode (ce- headers) with JSON`,
  );
}

/** Binary mode: every attribute is a header, the body is the data. */
function binary({ headers, body }: HttpMessage, media: string): unknown {
  if (headers['ce-specversion'] === undefined) throw notAnEvent(headers, media);
  if (media !== '' && !/^application\/(?:[a-z0-9.+-]+\+)?json$/.test(media)) throw unsupported(`content-type ${media}`);
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice('ce-'.length), decodeHeader(name, value)] as const);
  if (attributes.some(([name]) => name === 'data'))
    throw new InvalidEvent('data', 'belongs into the body, not a header');
  return {
    ...Object.fromEntries(attributes),
    // An event may do without data; an empty body is none.
    ...(body === '' ? {} : { data: parseJson(body) }),
  };
}

/** CloudEvents HTTP binding 3.1.3.2: what a header cannot carry is percent-encoded. */
function decodeHeader(name: string, value: string): string {
  try {
    return decodeURIComponent(value.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    throw new InvalidEvent(name, 'is not percent-encoded UTF-8');
  }
}

function notAnEvent(headers: HttpMessage['headers'], media: string): Error {
  if (headers['aeg-event-type'] !== undefined) {
    return unsupported('the Event Grid schema (choose "Cloud Event Schema v1.0" in the event subscription)');
  }
  const hint = media.endsWith('json')
    ? '; for a whole event in the body, use content-type application/cloudevents+json'
    : '';
  return new InvalidEvent('ce-specversion', `is missing: in binary mode every attribute is a ce- header${hint}`);
}
