import type { Envelope } from '../../contracts/envelope.ts';
import type { LogEntry } from '../../ports/event-log.ts';
import { keyAttributes, type Item } from '../store-dynamodb/index.ts';
import { chainPartition, entryKey, headKey, identityKey, sortKeyOf } from './keys.ts';

/** What a query may select by, beside the event itself. */
function selectable({ type, subject }: Envelope): Item {
  return { type: { S: type }, ...(subject === undefined ? {} : { subject: { S: subject } }) };
}

const numbered = (sequence: number): Item => ({ sequence: { N: String(sequence) } });

export function entryItem({ sequence, event, consumers }: LogEntry): Item {
  return {
    ...keyAttributes(entryKey(sequence)),
    kind: { S: 'log' },
    ...numbered(sequence),
    ...selectable(event),
    event: { S: JSON.stringify(event) },
    consumers: { N: String(consumers) },
  };
}

export function identityItem({ sequence, event }: LogEntry): Item {
  return { ...keyAttributes(identityKey(event)), kind: { S: 'logged' }, ...numbered(sequence) };
}

export function pointerItem({ sequence, event }: LogEntry): Item {
  const key = { pk: chainPartition(event.correlationid), sk: sortKeyOf(sequence) };
  return { ...keyAttributes(key), kind: { S: 'chain' }, ...numbered(sequence), ...selectable(event) };
}

export function headItem(sequence: number): Item {
  return { ...keyAttributes(headKey), kind: { S: 'head' }, ...numbered(sequence) };
}

export function sequenceOf(item: Item | undefined): number {
  return Number(item?.['sequence']?.N ?? 0);
}

export function entryOf(item: Item): LogEntry {
  const body = item['event']?.S;
  if (body === undefined) throw new TypeError(`log entry ${sequenceOf(item)} has no event: it was not written by us`);
  return {
    sequence: sequenceOf(item),
    event: JSON.parse(body) as Envelope,
    consumers: Number(item['consumers']?.N ?? 0),
  };
}
