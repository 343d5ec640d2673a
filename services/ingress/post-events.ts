import { HTTP, type CloudEvent } from 'cloudevents';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { InvalidEvent, parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { admit } from './outside.ts';
import { limits, type IngressPorts } from './ports.ts';
import { ProblemError } from './problem.ts';
import { withDocument } from './submission.ts';

export interface Accepted {
  readonly id: string;
  readonly type: string;
  /** The same (source, id) was accepted before: nothing happens again. */
  readonly duplicate: boolean;
  /** False: kept in the log, but nobody reads this type. */
  readonly routed: boolean;
}

/** CloudEvents over HTTP: binary, structured or batched. All of a batch is accepted, or none. */
export async function acceptEvents(
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  ports: IngressPorts,
): Promise<Accepted[]> {
  const received = parseMessage(request);
  if (received.length > limits.batchEvents) {
    throw new ProblemError(
      413,
      'Batch too large',
      `a batch holds at most ${limits.batchEvents} events; this one has ${received.length}`,
    );
  }
  const defaults = { time: toTime(ports.clock.now()) };
  const admitted = received.map((value) => {
    const event = parseEnvelope(value, defaults);
    return { event, ...admit(event) };
  });
  const events = await Promise.all(admitted.map(({ event }) => stored(event, ports)));
  const results = await ports.bus.publish(events.map((event) => ({ event })));
  return admitted.map(({ event, known }, i) => ({
    id: event.id,
    type: event.type,
    duplicate: results[i] === 'duplicate',
    routed: known,
  }));
}

/** A large spec travels as a document; everything else is checked for size by the bus. */
async function stored(event: Envelope, ports: IngressPorts): Promise<Envelope> {
  if (event.type !== applicationSubmitted.type) return event;
  const message = applicationSubmitted.parse(event);
  return { ...message, data: await withDocument(message.data, ports) };
}

function parseMessage({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}): unknown[] {
  const type = headers['content-type']?.toLowerCase() ?? '';
  if (type.startsWith('application/cloudevents') && !/^application\/cloudevents(-batch)?\+json/.test(type)) {
    throw new ProblemError(
      415,
      'Unsupported format',
      `content-type ${type}: send application/cloudevents+json, application/cloudevents-batch+json, or binary mode with JSON`,
    );
  }
  const json = parseJson(body);
  if (type.startsWith('application/cloudevents-batch')) {
    if (!Array.isArray(json)) throw new InvalidEvent('(batch)', 'must be a JSON array of events');
    return json;
  }
  if (type.startsWith('application/cloudevents')) return [json];
  if (headers['ce-specversion'] === undefined) {
    throw new InvalidEvent('ce-specversion', 'is missing: in binary mode every attribute is a ce- header');
  }
  return [binary(headers, body)];
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ProblemError(400, 'Malformed JSON', `the body is not JSON: ${(error as Error).message}`);
  }
}

/** The library knows the header encoding; our own parser, which runs behind it, knows what we accept. */
function binary(headers: Readonly<Record<string, string>>, body: string): unknown {
  try {
    const event = HTTP.toEvent({ headers: { ...headers }, body }) as CloudEvent<unknown>;
    return JSON.parse(JSON.stringify(event));
  } catch (error) {
    throw new InvalidEvent('(headers)', `do not make a CloudEvent: ${(error as Error).message}`);
  }
}
