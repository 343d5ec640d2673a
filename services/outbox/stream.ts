import type { OutboxPorts, Pending } from './ports.ts';
import { relay } from './relay.ts';

/** A batch of a table's stream, as the Lambda event source hands it over, as far as we read it. */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[];
}

export interface StreamRecord {
  readonly eventName?: string;
  readonly dynamodb?: { readonly SequenceNumber?: string; readonly NewImage?: StreamImage };
}

export type StreamImage = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

/** Lambda goes on from the lowest of these: everything from there comes again. */
export interface StreamResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type ReadItem = (image: StreamImage) => Pending | undefined;

export function isStreamEvent(event: unknown): event is StreamEvent {
  return typeof event === 'object' && event !== null && 'Records' in event && Array.isArray(event.Records);
}

/**
 * New outbox items of a batch, sent in the order in which they were committed. What can never be sent does not hold up what is behind
 * it; what could not be sent now is reported, and comes again with everything behind it.
 */
export async function relayStream(event: StreamEvent, read: ReadItem, ports: OutboxPorts): Promise<StreamResponse> {
  const found = event.Records.flatMap(({ eventName, dynamodb }) => {
    const item = eventName === 'INSERT' ? readItem(dynamodb?.NewImage, read, ports) : undefined;
    return item === undefined ? [] : [{ item, sequence: dynamodb?.SequenceNumber ?? '' }];
  });
  if (found.length === 0) return { batchItemFailures: [] };
  const results = await relay(
    found.map(({ item }) => item),
    ports,
  );
  const failed = found.filter((_, index) => results[index] === 'failed');
  return { batchItemFailures: failed.map(({ sequence }) => ({ itemIdentifier: sequence })) };
}

/** What we did not write cannot be sent, and must not hold up what is behind it: it stays in the table. */
function readItem(image: StreamImage | undefined, read: ReadItem, { logger }: OutboxPorts): Pending | undefined {
  try {
    return image === undefined ? undefined : read(image);
  } catch (error) {
    logger.error('outbox.unreadable', { pk: image?.['pk']?.S, sk: image?.['sk']?.S, error: String(error) });
    return undefined;
  }
}
