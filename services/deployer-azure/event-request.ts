import type { HttpRequest } from '@azure/functions';
import { InvalidEvent, parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';

/**
 * The one CloudEvent of an HTTP request, in binary or structured mode (CloudEvents HTTP protocol binding 1.0, sections 3.1 and
 * 3.2). Nothing is made up for an event that lacks its id: another id on every delivery would be another event.
 * @throws InvalidEvent
 */
export async function eventIn(request: HttpRequest, defaults: { readonly time: string }): Promise<Envelope> {
  const type = (request.headers.get('content-type') ?? '').toLowerCase();
  if (type.startsWith('application/cloudevents-batch')) {
    throw new InvalidEvent(
      '(content-type)',
      'is a batch: send one event per request, for each has an answer of its own',
    );
  }
  const body = parseJson(await request.text());
  if (type.startsWith('application/cloudevents+json')) return parseEnvelope(body, defaults);
  if (type.startsWith('application/cloudevents')) {
    throw new InvalidEvent('(content-type)', `is ${type}: send application/cloudevents+json, or binary mode with JSON`);
  }
  return parseEnvelope({ ...attributes(request.headers), datacontenttype: type || undefined, data: body }, defaults);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidEvent('(body)', `is not JSON: ${(error as Error).message}`);
  }
}

const prefix = 'ce-';

function attributes(headers: HttpRequest['headers']): Record<string, string> {
  const found: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = decode(name, value);
  });
  return found;
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new InvalidEvent(name, 'is not percent-encoded as the CloudEvents HTTP binding asks');
  }
}
