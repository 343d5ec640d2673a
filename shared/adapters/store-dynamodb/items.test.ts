import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { limits, RecordTooLarge } from '../../ports/record-store.ts';
import {
  itemBytes,
  journalItemOf,
  markItem,
  outboxItemOf,
  readJournalItem,
  readOutboxItem,
  recordItem,
  storedOf,
  versionOf,
} from './items.ts';
import { journalKey } from './keys.ts';

const event: Envelope = {
  specversion: '1.0',
  id: 'e1',
  source: '/contract',
  type: 'contract.happened',
  time: '2026-11-21T08:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'e1',
  data: { n: 1 },
};
const packed = { event, json: JSON.stringify(event), dueAt: 0 };

describe('records', () => {
  it('are text that a person can read, and come back as they were', () => {
    const item = recordItem('monitor', { key: 'health/aws', version: 3, json: '{"ok":true}' });
    expect(item).toEqual({
      pk: { S: 'monitor#health' },
      sk: { S: 'aws' },
      kind: { S: 'record' },
      key: { S: 'health/aws' },
      version: { N: '3' },
      value: { S: '{"ok":true}' },
    });
    expect(storedOf(item)).toEqual({ key: 'health/aws', version: 3, value: { ok: true } });
    expect(versionOf(item)).toBe(3);
    expect(versionOf(undefined)).toBe(0);
  });

  it('are compressed when only keys and names make them too large', () => {
    const json = JSON.stringify('x'.repeat(limits.recordBytes - 2));
    const item = recordItem('monitor', { key: 'a', version: 1, json });
    expect(item['value']).toBeUndefined();
    expect(itemBytes(item)).toBeLessThan(limits.recordBytes);
    expect(storedOf(item).value).toBe(JSON.parse(json));
    const fits = JSON.stringify('x'.repeat(limits.recordBytes - 200));
    expect(recordItem('monitor', { key: 'a', version: 1, json: fits })['value']).toEqual({ S: fits });
  });

  it('are refused when they fit neither way', () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 0x7fff_ffff) % 64;
    const noise = String.fromCharCode(...Array.from({ length: 120_000 }, () => 48 + random()));
    expect(() => recordItem('o', { key: 'a', version: 1, json: JSON.stringify(noise.repeat(6)) })).toThrow(
      RecordTooLarge,
    );
  });

  it('that we did not write are told by their place', () => {
    const item = { ...recordItem('o', { key: 'a', version: 1, json: '1' }), value: { N: '1' } };
    expect(() => storedOf(item)).toThrow('item o#a - has no text in "value"');
  });
});

describe('outbox items', () => {
  it('come back as the publication they were', () => {
    const item = outboxItemOf('monitor', { ...packed, dueAt: 1000 }, 42);
    const { pk, sk } = { pk: item['pk']?.S, sk: item['sk']?.S };
    expect(readOutboxItem(item)).toEqual({ key: { pk, sk }, publication: { event, dueAt: 1000 }, committedAt: 42 });
    const { committedAt: _, ...older } = outboxItemOf('monitor', packed, 42);
    expect(readOutboxItem(older)).toEqual({ key: readOutboxItem(item)?.key, publication: { event } });
  });

  it('are told from everything else in the stream', () => {
    expect(readOutboxItem(recordItem('o', { key: 'a', version: 1, json: '1' }))).toBeUndefined();
    expect(readOutboxItem(markItem('o', { consumer: 'o/on-it', source: '/s', id: 'e' }, 1))).toBeUndefined();
    expect(readOutboxItem({})).toBeUndefined();
  });
});

describe('items of the journal', () => {
  const item = journalItemOf(packed, { acceptedAt: 42, expires: 7 });

  it('come back as what was accepted, with the key that follows from the event', () => {
    expect(readJournalItem(item)).toEqual({ key: journalKey(event), publication: { event }, committedAt: 42 });
    expect(item['expires']).toEqual({ N: '7' });
  });

  it('are no outbox items, and the other way round', () => {
    expect(readOutboxItem(item)).toBeUndefined();
    expect(readJournalItem(outboxItemOf('ingress', packed, 42))).toBeUndefined();
  });
});

it('counts bytes as DynamoDB does', () => {
  expect(itemBytes({ pk: { S: 'é' }, n: { N: '1234' }, b: { B: new Uint8Array(7) } })).toBe(2 + 2 + 1 + 3 + 1 + 7);
});
