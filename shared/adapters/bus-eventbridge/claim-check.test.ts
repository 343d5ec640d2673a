import { describe, expect, it } from 'vitest';
import { toBusEvent } from '../../contracts/event-pattern.ts';
import { busBytes, checkIn, checkOut, datarefOf, documentOf, receiveEvent } from './claim-check.ts';
import { inlineBytes } from './entries.ts';
import { documentsInMemory, eventOf } from './fixtures.ts';

const large = (id: string) => eventOf(id, { cloud: 'aws', data: { text: 'x'.repeat(300 * 1024) } });
const now = Date.UTC(2026, 10, 21, 9);

describe('the claim check', () => {
  it('lets an event through that fits, to the byte', async () => {
    const documents = documentsInMemory();
    const empty = busBytes(eventOf('a', { data: { text: '' } }));
    const fits = eventOf('a', { data: { text: 'x'.repeat(inlineBytes - empty) } });
    expect(await checkIn(fits, documents)).toBe(fits);
    expect(documents.size).toBe(0);
    const beyond = eventOf('a', { data: { text: 'x'.repeat(inlineBytes - empty + 1) } });
    expect(await checkIn(beyond, documents)).not.toHaveProperty('data');
    expect(documents.size).toBe(1);
  });

  it('keeps every attribute, so that rules select the event by type and cloud', async () => {
    const { data: _, ...attributes } = large('a');
    const light = await checkIn(large('a'), documentsInMemory());
    expect(light).toMatchObject(attributes);
    expect(light).toHaveProperty(
      'dataref',
      expect.stringMatching(/^\/homeostasis\/documents\/[0-9a-f]{64}\?bytes=\d+$/),
    );
    expect(busBytes(light)).toBeLessThan(1000);
  });

  it('gives back exactly what was checked in', async () => {
    const documents = documentsInMemory();
    const light = await checkIn(large('a'), documents);
    expect(await checkOut(light, documents)).toEqual(large('a'));
    for (const body of [light, toBusEvent(light)]) {
      expect(await receiveEvent(JSON.stringify(body), { documents, now })).toEqual(large('a'));
    }
  });

  it('refuses what is too large without a store, without its body, or with a reference of its own', async () => {
    await expect(checkIn(large('a'), undefined)).rejects.toMatchObject({ name: 'EventTooLarge', terminal: true });
    const wide = eventOf('a', { subject: 'x'.repeat(inlineBytes) });
    await expect(checkIn(wide, documentsInMemory())).rejects.toMatchObject({ name: 'EventTooLarge' });
    const foreign = { ...large('a'), dataref: 'https://example.com/body' };
    await expect(checkIn(foreign, documentsInMemory())).rejects.toMatchObject({ name: 'EventTooLarge' });
  });

  it('says what is missing: the document, or the store', async () => {
    const light = await checkIn(large('a'), documentsInMemory());
    await expect(checkOut(light, documentsInMemory())).rejects.toMatchObject({ name: 'DocumentMissing' });
    await expect(checkOut(light, undefined)).rejects.toThrow(
      /event a has its body in document [0-9a-f]{64}: configure/,
    );
  });

  it('follows no reference but ours, and none beside a body', async () => {
    const foreign = { ...eventOf('a'), dataref: 'https://example.com/body', data: undefined };
    expect(await checkOut(foreign, documentsInMemory())).toBe(foreign);
    const both = { ...eventOf('a'), dataref: datarefOf({ sha256: 'a'.repeat(64), bytes: 3 }) };
    expect(await checkOut(both, documentsInMemory())).toBe(both);
    expect(documentOf('/homeostasis/documents/../secrets?bytes=1')).toBeUndefined();
    expect(documentOf(7)).toBeUndefined();
  });
});

describe('a received message', () => {
  it.each([
    ['{', '(body)'],
    ['null', '(event)'],
    ['{"detail-type":"x","detail":{}}', 'specversion'],
  ])('that is no event is refused for good: %s', async (body, attribute) => {
    await expect(receiveEvent(body, { now })).rejects.toMatchObject({
      name: 'InvalidEvent',
      terminal: true,
      attribute,
    });
  });

  it('gets the time it came when it has none', async () => {
    const { time: _, ...timeless } = eventOf('a');
    expect((await receiveEvent(JSON.stringify(timeless), { now })).time).toBe('2026-11-21T09:00:00.000Z');
  });
});
