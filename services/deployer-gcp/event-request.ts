import type { IncomingHttpHeaders } from 'node:http';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { envelopeFrom, pushed } from './received.ts';

/** What the framework makes of a request, as far as it is read. */
export interface EventRequest {
  readonly headers: IncomingHttpHeaders;
  readonly rawBody?: Buffer;
}

/**
 * The one CloudEvent of an HTTP request, in binary or structured mode (CloudEvents HTTP protocol binding 1.0, sections 3.1 and
 * 3.2), or pushed by Pub/Sub. Nothing is made up for an event that lacks its id: another id on every delivery would be another event.
 * @throws InvalidEvent
 */
export function eventIn({ headers, rawBody }: EventRequest, defaults: { readonly time: string }): Envelope {
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (type.startsWith('application/cloudevents-batch')) {
    throw new InvalidEvent(
      '(content-type)',
      'is a batch: send one event per request, for each has an answer of its own',
    );
  }
  const body = parseJson(rawBody?.toString() ?? '');
  if (type.startsWith('application/cloudevents+json')) return envelopeFrom(body, defaults);
  if (type.startsWith('application/cloudevents')) {
    throw new InvalidEvent('(content-type)', `is ${type}: send application/cloudevents+json, or binary mode with JSON`);
  }
  const attributes = attributesIn(headers);
  if (Object.keys(attributes).length === 0 && isPush(body)) return envelopeFrom({ type: pushed, data: body }, defaults);
  return envelopeFrom({ ...attributes, datacontenttype: type || undefined, data: body }, defaults);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidEvent('(body)', `is not JSON: ${(error as Error).message}`);
  }
}

const isPush = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'message' in body && 'subscription' in body;

const prefix = 'ce-';

function attributesIn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), decode(name, String(value))]));
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new InvalidEvent(name, 'is not percent-encoded as the CloudEvents HTTP binding asks');
  }
}
