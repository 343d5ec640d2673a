import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CostPage } from './cost-api.ts';

/**
 * Pages that were paid for, on disk, so that no restart and no second sweep pays again; and how many requests a day has paid for.
 * Written aside and renamed: a page is there whole or not at all.
 */
export interface PageCache {
  read(key: PageKey): Promise<CostPage | undefined>;
  /** Keeps the page, and counts a request that was paid for on that day. */
  keep(key: PageKey, page: CostPage, day: string): Promise<void>;
  spent(day: string): Promise<number>;
  /** The month has been read to its end: lets go of what nobody will ask for any more. */
  forget(read: Completed): Promise<void>;
}

export interface PageKey {
  readonly month: string;
  /** Day as of which the month was asked for. */
  readonly asOf: string;
  readonly number: number;
}

interface Completed extends Omit<PageKey, 'number'> {
  /** On which it was. */
  readonly day: string;
  /** The first month that is still listed. */
  readonly oldest: string;
}

/** What is kept: pages of a month as of a day, or what a day has paid for. */
export type Kept = Omit<PageKey, 'number'> | { readonly spentOn: string };

const dayMs = 86_400_000;
/** So long it can be looked up what a day has paid for. */
const spentDays = 62;

/** A month that was read as of a later day, or is no longer listed; and the accounts of days long ago. */
export function isOver(kept: Kept, { month, asOf, day, oldest }: Completed): boolean {
  if ('spentOn' in kept) return Date.parse(kept.spentOn) < Date.parse(day) - spentDays * dayMs;
  if (kept.month === month) return kept.asOf < asOf;
  return kept.month < oldest;
}

export function pageCache(folder: string): PageCache {
  const pageFile = ({ month, asOf, number }: PageKey): string => join(folder, month, asOf, `${number}.json`);
  const spentFile = (day: string): string => join(folder, `spent-${day}.json`);
  const spent = async (day: string): Promise<number> => (await readJson<number>(spentFile(day))) ?? 0;
  return {
    read: (key) => readJson<CostPage>(pageFile(key)),
    async keep(key, page, day) {
      // Counted first: a crash in between must not make a paid request look free.
      await writeWhole(spentFile(day), (await spent(day)) + 1);
      await writeWhole(pageFile(key), page);
    },
    spent,
    async forget(read) {
      for (const name of await namesIn(folder)) {
        const [, spentOn] = /^spent-(\d{4}-\d{2}-\d{2})\.json$/.exec(name) ?? [];
        if (spentOn !== undefined && isOver({ spentOn }, read)) await rm(join(folder, name), { force: true });
        if (/^\d{4}-\d{2}$/.test(name)) await forgetIn(join(folder, name), name, read);
      }
    },
  };
}

async function forgetIn(path: string, month: string, read: Completed): Promise<void> {
  const readings = await namesIn(path);
  const over = readings.filter((asOf) => isOver({ month, asOf }, read));
  const gone = over.length === readings.length ? [path] : over.map((asOf) => join(path, asOf));
  for (const each of gone) await rm(each, { recursive: true, force: true });
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(none);

function none(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
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
