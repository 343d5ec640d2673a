import { describe, expect, it } from 'vitest';
import type { BillFile } from '../../../shared/contracts/bill-received.ts';
import type { Page } from '../../../shared/ports/record-store.ts';
import { limits } from '../../../shared/ports/record-store.ts';
import type { BillSource } from '../../../shared/ports/bill-source.ts';
import { forgetFiles, keptMs, moreFiles, mostFiles } from './forget-files.ts';
import { billFileKey, type BillFileRecord } from './record.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const day = 86_400_000;

const fileOf = (location: string, source = 's3'): BillFile => ({
  source,
  location,
  version: 'v',
  bytes: 1,
  writtenAt: 0,
});
const never = (): Promise<never> => Promise.reject(new Error('not asked for here'));
const sourceOf = (name: string, list: BillSource['list']): BillSource => ({ name, list, fetch: never });

class World {
  readonly records = new Map<string, BillFileRecord>();

  read(location: string, at: number, source?: string): void {
    const file = fileOf(location, source);
    this.records.set(billFileKey(file), { file, state: 'imported', at, bills: [], requests: 0, requestMicros: 0 });
  }

  get locations(): string[] {
    return [...this.records.values()].map(({ file }) => file.location).sort();
  }

  /** A sweep's last step, to its end. @returns how many transactions it took */
  async tidy(...sources: readonly BillSource[]): Promise<number> {
    for (let steps = 1; ; steps++) {
      const { writes = [], cursor } = await forgetFiles(sources, { records: this.#reader, now });
      expect(writes.length + 2).toBeLessThanOrEqual(limits.transactionItems);
      for (const { key, value } of writes) {
        expect(value).toBeUndefined();
        expect(this.records.delete(key)).toBe(true);
      }
      if (cursor === undefined) return steps;
      expect(cursor).toBe(moreFiles);
    }
  }

  readonly #reader = {
    get: never,
    list: <T>(
      prefix: string,
      { after = '', limit = 100 }: { after?: string; limit?: number } = {},
    ): Promise<Page<T>> => {
      const keys = [...this.records.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      const items = keys.slice(0, limit).map((key) => ({ key, version: 1, value: this.records.get(key) as T }));
      const last = keys.length > limit ? items.at(-1)?.key : undefined;
      return Promise.resolve({ items, ...(last === undefined ? {} : { next: last }) });
    },
  };
}

describe('what was read of files', () => {
  it('is forgotten with its age where the file is gone, and known as long as it is there', async () => {
    const world = new World();
    for (const location of ['there', 'gone']) world.read(location, now - keptMs);
    world.read('young', now - keptMs + day);
    await world.tidy(sourceOf('s3', () => Promise.resolve([fileOf('there')])));
    expect(world.locations).toEqual(['there', 'young']);
  });

  it('is forgotten where its source is asked no longer, and kept where it does not answer', async () => {
    const world = new World();
    world.read('former', now - keptMs, 'former');
    world.read('silent', now - keptMs, 'silent');
    await world.tidy(sourceOf('silent', () => Promise.reject(new Error('it does not answer'))));
    expect(world.locations).toEqual(['silent']);
  });

  it('asks no source while nothing is old', async () => {
    const world = new World();
    world.read('young', now);
    await world.tidy(sourceOf('s3', never));
    expect(world.locations).toEqual(['young']);
  });

  it('is bounded in number, the oldest first, a transaction at a time', async () => {
    const world = new World();
    for (let i = 0; i < mostFiles + 200; i++) world.read(`run-${String(i).padStart(6, '0')}`, now - i * 60_000);
    const last = `run-${String(mostFiles + 199).padStart(6, '0')}`;
    const steps = await world.tidy(sourceOf('s3', () => Promise.resolve([fileOf(last)])));
    expect(steps).toBe(3);
    expect(world.records.size).toBe(mostFiles + 1);
    expect(world.locations.slice(-2)).toEqual([`run-${String(mostFiles - 1).padStart(6, '0')}`, last]);
  });
});
