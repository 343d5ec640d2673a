import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventTooLarge } from '../../shared/ports/event-bus.ts';
import {
  AlreadyProcessed,
  limits,
  RecordTooLarge,
  TransactionTooLarge,
  VersionConflict,
  type Transaction,
  type Write,
} from '../../shared/ports/record-store.ts';
import { DocumentMissing } from '../../shared/ports/document-store.ts';
import type { Create, Subject } from './embedded.ts';
import { turns, until } from './manual-time.ts';
import { happened, sampleEvent } from './samples.ts';

/** What every RecordStore and DocumentStore promises. */
export function describeStore(name: string, create: Create): void {
  describe(`${name} as a store`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(() => subject.close());

    const commit = (transaction: Partial<Transaction>) =>
      subject.records.commit({ writes: [], events: [], ...transaction });
    const put = (key: string, value: unknown, expectedVersion = 0): Write => ({ key, value, expectedVersion });

    it('creates, changes and deletes with rising versions', async () => {
      expect(await subject.records.get('a')).toBeUndefined();
      await commit({ writes: [put('a', { n: 1 })] });
      expect(await subject.records.get('a')).toEqual({ key: 'a', version: 1, value: { n: 1 } });
      await commit({ writes: [put('a', null, 1)] });
      expect(await subject.records.get('a')).toEqual({ key: 'a', version: 2, value: null });
      await commit({ writes: [put('a', undefined, 2)] });
      expect(await subject.records.get('a')).toBeUndefined();
      await commit({ writes: [put('a', 'again')] });
      expect(await subject.records.get('a')).toEqual({ key: 'a', version: 1, value: 'again' });
    });

    it('hands out copies: what a reader does to its value stays with it', async () => {
      await commit({ writes: [put('a', { list: [1] })] });
      const read = await subject.records.get<{ list: number[] }>('a');
      read?.value.list.push(2);
      expect((await subject.records.get('a'))?.value).toEqual({ list: [1] });
    });

    it('refuses a write that is based on another version, and changes nothing', async () => {
      await commit({ writes: [put('a', 1)] });
      const stale = [put('b', 1), put('a', 2)];
      await expect(commit({ writes: stale, events: [{ event: sampleEvent('e') }] })).rejects.toMatchObject({
        name: 'VersionConflict',
        key: 'a',
        message: expect.stringContaining('record a is at version 1, not 0') as string,
      });
      await expect(commit({ writes: [put('c', 1, 3)] })).rejects.toBeInstanceOf(VersionConflict);
      await expect(commit({ writes: [put('c', undefined, 1)] })).rejects.toBeInstanceOf(VersionConflict);
      expect(await subject.records.get('b')).toBeUndefined();
      expect(await subject.log.read({})).toEqual([]);
    });

    it('lets one of many writers at once win, and only refuses the others', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) => commit({ writes: [put('a', i), put(`own/${i}`, i)] })),
      );
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(VersionConflict);
      }
      expect((await subject.records.list('own/')).items.length).toBe(1);
    });

    it('takes each mark once', async () => {
      const mark = { consumer: 'test/one', source: '/contract', id: 'e1' };
      await commit({ mark, writes: [put('a', 1)] });
      await expect(commit({ mark, writes: [put('b', 1)] })).rejects.toBeInstanceOf(AlreadyProcessed);
      expect(await subject.records.get('b')).toBeUndefined();
      await commit({ mark: { ...mark, consumer: 'test/two' } });
      await commit({ mark: { ...mark, source: '/other' } });
      const twice = await Promise.allSettled([1, 2].map(() => commit({ mark: { ...mark, id: 'e2' } })));
      expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('remembers a mark that was set before the event came over the bus', async () => {
      const mark = { consumer: 'test/one', source: '/contract', id: 'a' };
      await commit({ mark });
      let refused: unknown;
      subject.bus.subscribe({
        consumer: 'test/one',
        pattern: happened,
        deliver: () => commit({ mark }).catch((error: unknown) => void (refused = error)),
      });
      await subject.bus.start();
      await subject.bus.publish([{ event: sampleEvent('a') }]);
      await until(() => refused !== undefined, 'the delivery is handled');
      expect(refused).toBeInstanceOf(AlreadyProcessed);
    });

    it('publishes the events of a commit with it, once', async () => {
      const got: string[] = [];
      const deliver = ({ id }: { id: string }) => Promise.resolve(void got.push(id));
      subject.bus.subscribe({ consumer: 'test/one', pattern: happened, deliver });
      await subject.bus.start();
      await commit({ events: [{ event: sampleEvent('a') }, { event: sampleEvent('b') }] });
      await commit({ events: [{ event: sampleEvent('a') }] });
      await until(() => got.length === 2, 'both events are delivered');
      await commit({ events: [{ event: sampleEvent('late'), dueAt: subject.time.now() + 1000 }] });
      await turns();
      expect(got.sort()).toEqual(['a', 'b']);
      subject.time.advance(1000);
      await until(() => got.length === 3, 'the delayed one is delivered');
    });

    it('lists by prefix in key order, page by page', async () => {
      const keys = ['app/c', 'app/a', 'app/b', 'apple', 'app', 'b', 'app/%', 'app/_'];
      await commit({ writes: keys.map((key) => put(key, key)) });
      const all = await subject.records.list('app/');
      expect(all.items.map(({ key }) => key)).toEqual(['app/%', 'app/_', 'app/a', 'app/b', 'app/c']);
      expect(all.next).toBeUndefined();
      const first = await subject.records.list('app/', { limit: 3 });
      expect(first.next).toBe('app/a');
      const second = await subject.records.list('app/', { after: first.next ?? '', limit: 3 });
      expect(second).toEqual({
        items: ['app/b', 'app/c'].map((key) => ({ key, version: 1, value: key })),
      });
      expect((await subject.records.list('app/', { limit: 5 })).next).toBeUndefined();
      expect(await subject.records.list('nothing/')).toEqual({ items: [] });
    });

    it('pages by a hundred unless told otherwise', async () => {
      for (const part of ['x', 'y']) {
        await commit({ writes: Array.from({ length: 75 }, (_, i) => put(`p/${part}${i}`, i)) });
      }
      const page = await subject.records.list('p/');
      expect(page.items.length).toBe(100);
      expect(page.next).toBe(page.items[99]?.key);
    });

    it('refuses what the hub would refuse', async () => {
      const writes = (count: number, text = '') => Array.from({ length: count }, (_, i) => put(`k${i}`, text));
      await expect(commit({ writes: writes(101) })).rejects.toBeInstanceOf(TransactionTooLarge);
      const mark = { consumer: 'test/one', source: '/contract', id: 'e' };
      await expect(commit({ mark, writes: writes(100) })).rejects.toThrow('101 items');
      await expect(commit({ writes: [put('large', 'x'.repeat(limits.recordBytes))] })).rejects.toBeInstanceOf(
        RecordTooLarge,
      );
      await expect(commit({ writes: [put('wide', 'é'.repeat(limits.recordBytes / 2))] })).rejects.toBeInstanceOf(
        RecordTooLarge,
      );
      await expect(commit({ writes: writes(11, 'x'.repeat(400_000)) })).rejects.toBeInstanceOf(TransactionTooLarge);
      const event = sampleEvent('large', { data: 'x'.repeat(256 * 1024) });
      await expect(commit({ writes: [put('a', 1)], events: [{ event }] })).rejects.toBeInstanceOf(EventTooLarge);
      for (const key of ['a', 'k0', 'k10', 'large', 'wide']) expect(await subject.records.get(key)).toBeUndefined();
      await expect(commit({ writes: [put('a', 1), put('a', 2)] })).rejects.toThrow('written twice');
      await commit({ mark, writes: writes(99) });
      await commit({ writes: [put('fits', 'x'.repeat(limits.recordBytes - 2))] });
    });

    it('keeps documents by content', async () => {
      const ref = await subject.documents.put({ a: 1, b: [{ d: 2, c: 'é' }] });
      expect(ref.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(ref.bytes).toBe(Buffer.byteLength('{"a":1,"b":[{"c":"é","d":2}]}'));
      expect(await subject.documents.put({ b: [{ c: 'é', d: 2 }], a: 1 })).toEqual(ref);
      expect(await subject.documents.get(ref)).toEqual({ a: 1, b: [{ c: 'é', d: 2 }] });
      const large = { text: 'x'.repeat(3_000_000) };
      expect(await subject.documents.get(await subject.documents.put(large))).toEqual(large);
      await expect(subject.documents.get({ sha256: '0'.repeat(64), bytes: 1 })).rejects.toBeInstanceOf(DocumentMissing);
      await expect(subject.documents.put(undefined)).rejects.toBeInstanceOf(TypeError);
    });
  });
}
