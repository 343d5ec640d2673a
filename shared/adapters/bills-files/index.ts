import { constants } from 'node:fs';
import { copyFile, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import type { PlaceObject } from '../bills/parts.ts';
import { createPlaceSource } from '../bills/place-source.ts';

export interface FileSourceOptions {
  readonly name: string;
  /** A file, or a folder that is looked through with all below it. */
  readonly path: string;
}

/** Bills in files of this machine. Links are followed to files inside the folder only: a link is no way to read what is elsewhere. */
export function createFileSource({ name, path }: FileSourceOptions): BillSource {
  const root = resolve(path);
  const at = async (key: string): Promise<string> =>
    (await stat(root)).isDirectory() ? join(root, ...key.split('/')) : root;
  return createPlaceSource({
    name,
    objects: async () => {
      const { isFile } = await describe(name, root);
      return isFile ? [await objectOf(root, basename(root))] : objectsBelow(root);
    },
    download: async (object, to) => {
      const from = await at(object.key);
      // Where the file system can, nothing is copied; and the file may go on being written without harm to what is read.
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      const after = await objectOf(from, object.key);
      if (after.version !== object.version) throw new FileGone(`${name}: ${object.key} changed while it was read`);
    },
  });
}

async function describe(name: string, root: string): Promise<{ readonly isFile: boolean }> {
  try {
    return { isFile: (await stat(root)).isFile() };
  } catch (cause) {
    throw new Error(`bill source ${name}: ${root} cannot be looked at: ${(cause as Error).message}`, { cause });
  }
}

async function objectsBelow(root: string): Promise<PlaceObject[]> {
  const inside = `${await realpath(root)}${sep}`;
  const found: PlaceObject[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() || (entry.isSymbolicLink() && (await isFileInside(path, inside)))) {
      found.push(await objectOf(path, relative(root, path).split(sep).join('/')));
    }
  }
  return found;
}

async function isFileInside(path: string, inside: string): Promise<boolean> {
  try {
    const real = await realpath(path);
    return real.startsWith(inside) && (await lstat(real)).isFile();
  } catch (error) {
    // A link to nothing is no file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function objectOf(path: string, key: string): Promise<PlaceObject> {
  const { size, mtimeMs } = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new FileGone(`${key} is not there any more`, { cause });
    throw cause;
  });
  return { key, version: `${size} bytes of ${Math.trunc(mtimeMs)}`, bytes: size, writtenAt: Math.trunc(mtimeMs) };
}
