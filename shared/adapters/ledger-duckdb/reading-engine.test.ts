import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rowsOf } from './engine.ts';
import { readingEngine } from './reading-engine.ts';

let workFolder: string;
const opened = (): string[] => readdirSync(workFolder);
const engine = () => readingEngine(() => Promise.resolve({ workFolder, folders: [], memoryMegabytes: 64, threads: 1 }));

beforeEach(() => {
  workFolder = mkdtempSync(join(tmpdir(), 'reading-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(workFolder, { recursive: true });
});

describe('the engine for questions', () => {
  it('is the same for questions that come together, beside each other or one after another', async () => {
    const reading = engine();
    const ask = (number: number) => reading.ask((db) => rowsOf<{ n: number }>(db, `SELECT ${number} AS n`));
    expect(await Promise.all([ask(1), ask(2)])).toEqual([[{ n: 1 }], [{ n: 2 }]]);
    const before = opened();
    expect(before).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(900);
    expect(await ask(3)).toEqual([{ n: 3 }]);
    await vi.advanceTimersByTimeAsync(900);
    expect(opened()).toEqual(before);
    await reading.close();
  });

  it('gives its memory back when nobody has asked for a while, and opens again', async () => {
    const reading = engine();
    await reading.ask((db) => rowsOf(db, 'SELECT 1'));
    await vi.advanceTimersByTimeAsync(1_000);
    await expect.poll(opened).toEqual([]);
    expect(await reading.ask((db) => rowsOf(db, 'SELECT 2 AS n'))).toEqual([{ n: 2 }]);
    await reading.close();
    expect(opened()).toEqual([]);
  });

  it('is closed only when everybody has an answer', async () => {
    const reading = engine();
    const { promise: held, resolve: letGo } = Promise.withResolvers<unknown>();
    const asked = reading.ask(async (db) => {
      await held;
      return rowsOf(db, 'SELECT 1 AS n');
    });
    const closed = reading.close();
    letGo(undefined);
    expect(await asked).toEqual([{ n: 1 }]);
    await closed;
    expect(opened()).toEqual([]);
  });

  it('is tried again after it could not be opened', async () => {
    let folder = join(workFolder, 'absent');
    const reading = readingEngine(() =>
      Promise.resolve({ workFolder: folder, folders: [], memoryMegabytes: 64, threads: 1 }),
    );
    await expect(reading.ask((db) => rowsOf(db, 'SELECT 1'))).rejects.toThrow(/ENOENT/);
    folder = workFolder;
    expect(await reading.ask((db) => rowsOf(db, 'SELECT 1 AS n'))).toEqual([{ n: 1 }]);
    await reading.close();
  });
});
