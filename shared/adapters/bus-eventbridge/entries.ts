import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { maximumEventBytes, type Envelope } from '../../contracts/envelope.ts';
import { toBusEvent } from '../../contracts/event-pattern.ts';

/** PutEvents and SendMessageBatch both take ten entries. Source: EventBridge and SQS quotas. */
export const entriesPerCall = 10;

/**
 * The largest entry that travels whole; beyond, the body is a document. EventBridge's own limit is 256 KiB for an entry and for a
 * request, but what arrives in a queue is the entry inside EventBridge's own envelope, and what is dead-lettered has attributes
 * beside it: 16 KiB are left for those, so that what one service takes the next one takes too.
 */
export const inlineBytes = maximumEventBytes - 16 * 1024;

/** The event as an entry of PutEvents: the CloudEvent in structured form as its detail. */
export function entryOf(event: Envelope, eventBus: string): PutEventsRequestEntry {
  const { detail, source, 'detail-type': type } = toBusEvent(event);
  return {
    EventBusName: eventBus,
    Source: source,
    DetailType: type,
    Detail: JSON.stringify(detail),
    Time: new Date(event.time),
  };
}

/** As EventBridge counts. Source: EventBridge User Guide, "Calculating PutEvents event entry size". */
export function entryBytes({ Detail = '', DetailType = '', Source = '', Time }: PutEventsRequestEntry): number {
  const time = Time === undefined ? 0 : 14;
  return time + Buffer.byteLength(Detail) + Buffer.byteLength(DetailType) + Buffer.byteLength(Source);
}

/** Splits into requests of at most ten items and 256 KiB, in order. An item that is too large by itself goes alone. */
export function chunksOf<T>(items: readonly T[], bytesOf: (item: T) => number): T[][] {
  const chunks: T[][] = [];
  let held = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < entriesPerCall && held + bytes <= maximumEventBytes) {
      last.push(item);
      held += bytes;
    } else {
      chunks.push([item]);
      held = bytes;
    }
  }
  return chunks;
}
