import { InvalidEvent, parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';

/** What the framework calls a push of Pub/Sub. */
export const pushed = 'google.cloud.pubsub.topic.v1.messagePublished';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What came in → the event it stands for. An event pushed by Pub/Sub comes inside Google's own.
 * @throws InvalidEvent for whatever is not one event of ours.
 */
export function envelopeFrom(received: unknown, defaults: { readonly time: string }): Envelope {
  const carried = isFields(received) && received['type'] === pushed ? unwrapped(received['data']) : received;
  return parseEnvelope(carried, defaults);
}

/** Structured mode has the whole event in the message, binary mode (the Pub/Sub binding of CloudEvents) its attributes beside the data. */
function unwrapped(data: unknown): unknown {
  const message = isFields(data) ? data['message'] : undefined;
  if (!isFields(message)) throw new InvalidEvent('data.message', 'is missing in what Pub/Sub pushed');
  const body = decoded(message['data']);
  const attributes = Object.entries(isFields(message['attributes']) ? message['attributes'] : {});
  const own = attributes.filter(([name]) => name.startsWith('ce-')).map(([name, value]) => [name.slice(3), value]);
  return own.length === 0 ? body : { ...Object.fromEntries(own), data: body };
}

function decoded(base64: unknown): unknown {
  if (typeof base64 !== 'string') throw new InvalidEvent('data.message.data', 'must be base64 text');
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString()) as unknown;
  } catch (error) {
    throw new InvalidEvent('data.message.data', `is not JSON: ${(error as Error).message}`);
  }
}
