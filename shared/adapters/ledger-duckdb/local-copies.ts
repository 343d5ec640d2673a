import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';

export interface LocalCopies {
  /**
   * Path of the copy, made by `make` where there is none: it writes to the path it is given, and asks for room before. Whoever asks
   * for one that is just being made waits for it.
   * @throws what `make` throws; Error when there is no room
   */
  of(name: string, make: MakeCopy): Promise<string>;
  forget(name: string): Promise<void>;
}

export type MakeCopy = (fresh: string, room: (bytes: number) => Promise<void>) => Promise<void>;

export interface LocalCopiesOptions {
  readonly folder: string;
  readonly mostBytes: number;
  readonly clock: Clock;
  /** What was asked for less than this ago may be being read; default a quarter of an hour, a function's longest. Milliseconds. */
  readonly inUseMs?: number;
}

interface Copy {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** Copies of files that are elsewhere, within a bound: what was used longest ago goes first. What there is, the folder says. */
export function createLocalCopies({ folder, mostBytes, clock, inUseMs = 900_000 }: LocalCopiesOptions): LocalCopies {
  const at = (name: string): string => join(folder, ...name.split('/'));
  const making = new Map<string, Promise<string>>();

  async function touch(path: string): Promise<boolean> {
    const now = clock.now() / 1000;
    try {
      await utimes(path, now, now);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async function room(bytes: number): Promise<void> {
    const all = (await copiesIn(folder)).sort((a, b) => a.usedAt - b.usedAt);
    let taken = bytes + all.reduce((sum, copy) => sum + copy.bytes, 0);
    for (const { path, bytes: freed, usedAt } of all) {
      if (taken <= mostBytes) return;
      if (usedAt + inUseMs > clock.now()) break;
      await rm(path, { force: true });
      taken -= freed;
    }
    if (taken > mostBytes) {
      throw new Error(
        `what is asked at once takes ${taken} bytes of bills, and ${folder} has room for ${mostBytes}: give it more storage`,
      );
    }
  }

  async function made(path: string, make: MakeCopy): Promise<string> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const fresh = join(dirname(path), `.${randomUUID()}.part`);
    try {
      await make(fresh, room);
      await rename(fresh, path);
      await touch(path);
      return path;
    } finally {
      await rm(fresh, { force: true });
    }
  }

  return {
    async of(name, make) {
      const path = at(name);
      if (await touch(path)) return path;
      const under = making.get(name) ?? made(path, make).finally(() => making.delete(name));
      making.set(name, under);
      return under;
    },
    forget: (name) => rm(at(name), { force: true }),
  };
}

async function copiesIn(folder: string): Promise<Copy[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: Copy[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const about = await stat(path).catch(() => undefined);
    // Gone between the two: then it takes no room.
    if (about !== undefined) found.push({ path, bytes: about.size, usedAt: about.mtimeMs });
  }
  return found;
}
