/**
 * The one event shape of the house: CloudEvents 1.0 in JSON, with our extension attributes.
 *
 * We do not hand the `cloudevents` class around: its index signature lets a mistyped attribute compile and travel as an extension,
 * and `HTTP.toEvent` lets upper-case extension names through. An envelope is plain data, made and parsed only here.
 */
export interface Envelope<D = unknown> {
  readonly specversion: '1.0';
  /** Unique per `source`; the pair is the identity that deduplication rests on. At most 256 characters. */
  readonly id: string;
  /** `/homeostasis/<service>` for our own events; any URI-reference for those of users. */
  readonly source: string;
  readonly type: string;
  /** Id of the aggregate the event is about; always set on our own types. */
  readonly subject?: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema?: string;
  /** The request that started it all; equal to `id` on the first event of a chain. */
  readonly correlationid: string;
  /** Id of the event that directly caused this one. */
  readonly causationid?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  /** Drills and what-ifs: the whole path runs, nothing outside changes. */
  readonly dryrun?: true;
  /** Routing of commands: which cloud's deployer reads this. */
  readonly cloud?: string;
  readonly data: D;
}

/** An event is at most this large in JSON: the hub's bus refuses more, so every adapter does (bodies beyond it go to a document). */
export const maximumEventBytes = 256 * 1024;

/** A value that is not a CloudEvent we accept. Terminal: the same bytes will never become valid. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
  readonly terminal = true;
  readonly attribute: string;
  constructor(attribute: string, problem: string) {
    super(`event attribute "${attribute}" ${problem}`);
    this.attribute = attribute;
  }
}

const knownAttributes = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'correlationid',
  'causationid',
  'traceparent',
  'dryrun',
  'cloud',
  'data',
]);
const extensionName = /^[a-z0-9]{1,20}$/;
// Loose on purpose about the offset, strict about being a real instant: Date.parse decides.
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const traceparentForm = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Turns parsed JSON into an envelope. `time` and `correlationid` may be absent on events from outside: `defaults` fills them.
 * @throws InvalidEvent naming the first bad attribute.
 */
export function parseEnvelope(value: unknown, defaults: { readonly time: string }): Envelope {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidEvent('(event)', 'must be a JSON object');
  }
  const fields = value as Fields;
  if (fields['specversion'] !== '1.0') throw new InvalidEvent('specversion', 'must be "1.0"');
  const id = requiredText(fields, 'id', 256);
  const contentType = fields['datacontenttype'] ?? 'application/json';
  if (typeof contentType !== 'string' || !/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;.*)?$/i.test(contentType)) {
    throw new InvalidEvent('datacontenttype', 'must be a JSON media type');
  }
  if ('data_base64' in fields) throw new InvalidEvent('data_base64', 'is not accepted: send JSON in "data"');
  return {
    specversion: '1.0',
    id,
    source: requiredText(fields, 'source', 512),
    type: requiredText(fields, 'type', 256),
    ...text(fields, 'subject', 512),
    time: instant(fields, defaults.time),
    datacontenttype: 'application/json',
    ...text(fields, 'dataschema', 1024),
    correlationid: text(fields, 'correlationid', 256)['correlationid'] ?? id,
    ...text(fields, 'causationid', 256),
    ...traceparent(fields),
    ...dryrun(fields),
    ...text(fields, 'cloud', 64),
    ...extensions(fields),
    data: fields['data'],
  };
}

function requiredText(fields: Fields, name: string, maximum: number): string {
  const found = text(fields, name, maximum)[name];
  if (found === undefined) throw new InvalidEvent(name, 'is required');
  return found;
}

function text<N extends string>(fields: Fields, name: N, maximum: number): { readonly [K in N]?: string } {
  const value = fields[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string' || value.length === 0) throw new InvalidEvent(name, 'must be a non-empty string');
  if (value.length > maximum) throw new InvalidEvent(name, `must be at most ${maximum} characters`);
  return { [name]: value } as { readonly [K in N]: string };
}

function instant(fields: Fields, fallback: string): string {
  const time = text(fields, 'time', 64)['time'] ?? fallback;
  if (!rfc3339.test(time) || Number.isNaN(Date.parse(time))) {
    throw new InvalidEvent('time', 'must be an RFC 3339 time such as 2026-11-21T08:00:00Z');
  }
  return time;
}

function traceparent(fields: Fields): { readonly traceparent?: string } {
  const found = text(fields, 'traceparent', 64);
  if (found.traceparent !== undefined && !traceparentForm.test(found.traceparent)) {
    throw new InvalidEvent('traceparent', 'must be a W3C traceparent');
  }
  return found;
}

function dryrun(fields: Fields): { readonly dryrun?: true } {
  const value = fields['dryrun'];
  // Binary-mode HTTP carries booleans as text.
  if (value === true || value === 'true') return { dryrun: true };
  if (value === undefined || value === null || value === false || value === 'false') return {};
  throw new InvalidEvent('dryrun', 'must be true or false');
}

function extensions(fields: Fields): Record<string, string | number | boolean> {
  const found: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (knownAttributes.has(name)) continue;
    if (!extensionName.test(name)) {
      throw new InvalidEvent(name, 'is not a valid extension name (lower-case letters and digits, at most 20)');
    }
    if (value === null || value === undefined) continue;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new InvalidEvent(name, 'must be a string, a number or a boolean');
    }
    found[name] = value;
  }
  return found;
}
