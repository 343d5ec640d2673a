import { counted } from '../../shared/domain/counted.ts';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { maximumEventBytes } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { BusUnavailable, EventTooLarge, type EventBus, type Publication } from '../../shared/ports/event-bus.ts';

/** PutEvents takes ten entries; failed ones come back inside a 200 and are sent again, in order. */
const entriesPerCall = 10;
const rounds = 3;

/** Puts reports on the hub's event bus. Reports are due at once: a delay is not something EventBridge has. */
export function createPublisher(eventBusName: string): EventBus['publish'] {
  const client = new EventBridgeClient({});

  async function put(entries: readonly PutEventsRequestEntry[]): Promise<readonly PutEventsRequestEntry[]> {
    const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
    return entries.filter((_, index) => Entries[index]?.EventId === undefined);
  }

  async function putAll(chunk: readonly PutEventsRequestEntry[]): Promise<void> {
    let left = chunk;
    for (let round = 0; round < rounds && left.length > 0; round++) left = await put(left);
    if (left.length === 0) return;
    throw new BusUnavailable(`EventBridge ${eventBusName} refused ${left.length} of ${counted(chunk.length, 'event')}`);
  }

  return async (publications) => {
    const entries = publications.map((publication) => entryOf(publication, eventBusName));
    for (const chunk of chunksOf(entries)) await putAll(chunk);
    return publications.map(() => 'accepted' as const);
  };
}

function entryOf({ event, dueAt }: Publication, EventBusName: string): PutEventsRequestEntry {
  if (dueAt !== undefined) throw new Error(`${event.type} is delayed; a deployer's events are due at once`);
  const { detail, source, 'detail-type': DetailType } = toBusEvent(event);
  const Detail = JSON.stringify(detail);
  const bytes = sizeOf({ Detail, DetailType, Source: source });
  if (bytes > maximumEventBytes) throw new EventTooLarge(event.type, bytes, maximumEventBytes);
  return { EventBusName, Source: source, DetailType, Detail, Time: new Date(event.time) };
}

/** As EventBridge counts. Source: EventBridge User Guide, "Calculating Amazon EventBridge event entry size". */
const sizeOf = ({ Detail = '', DetailType = '', Source = '' }: PutEventsRequestEntry): number =>
  14 + Buffer.byteLength(Detail) + Buffer.byteLength(DetailType) + Buffer.byteLength(Source);

function chunksOf(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const chunks: PutEventsRequestEntry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const last = chunks.at(-1);
    bytes += sizeOf(entry);
    if (last !== undefined && last.length < entriesPerCall && bytes <= maximumEventBytes) last.push(entry);
    else {
      chunks.push([entry]);
      bytes = sizeOf(entry);
    }
  }
  return chunks;
}
