import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CostPage } from './cost-api.ts';

/**
 * Pages that were paid for, on disk, so that no restart and no second sweep pays again; and how many requests a day has paid for.
 * Written aside and renamed: a page is there whole or not at all.
 */
export interface PageCache {
  read(key: PageKey): Promise<CostPage | undefined>;
  /** Keeps the page, and counts a request of that day. */
  keep(key: PageKey, page: CostPage): Promise<void>;
  spent(day: string): Promise<number>;
}

export interface PageKey {
  readonly month: string;
  /** Day as of which the month was asked for. */
  readonly asOf: string;
  readonly number: number;
}

export function pageCache(folder: string): PageCache {
  const pageFile = ({ month, asOf, number }: PageKey): string => join(folder, month, asOf, `${number}.json`);
  const spentFile = (day: string): string => join(folder, `spent-${day}.json`);
  const spent = async (day: string): Promise<number> => (await readJson<number>(spentFile(day))) ?? 0;
  return {
    read: (key) => readJson<CostPage>(pageFile(key)),
    async keep(key, page) {
      // Counted first: a crash in between must not make a paid request look free.
      await writeWhole(spentFile(key.asOf), (await spent(key.asOf)) + 1);
      await writeWhole(pageFile(key), page);
    },
    spent,
  };
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(file: string, value: unknown): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}.part`;
  await writeFile(aside, JSON.stringify(value), { mode: 0o600 });
  await rename(aside, file);
}
