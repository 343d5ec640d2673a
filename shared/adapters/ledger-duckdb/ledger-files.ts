import { access, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flush } from '../flush.ts';

/** Where ledger files are kept: a folder here, a bucket elsewhere. Names hold slashes; a file once put never changes. */
export interface LedgerFiles {
  /** Takes the file away from where it is. It is durable when this resolves. */
  put(name: string, fromPath: string): Promise<void>;
  /** A path on this machine to read it from. @throws Error when it is not there. */
  local(name: string): Promise<string>;
  /** What is not there is none the less deleted. */
  delete(name: string): Promise<void>;
  /** Small notes beside the files: what was read of which bytes. */
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, text: string): Promise<void>;
  /** Folders that the engine must be let into. */
  readonly folders: readonly string[];
}

export function folderFiles(root: string): LedgerFiles {
  const at = (name: string): string => join(root, ...name.split('/'));
  const place = async (name: string, write: (to: string) => Promise<void>): Promise<void> => {
    await mkdir(dirname(at(name)), { recursive: true, mode: 0o700 });
    const fresh = `${at(name)}.${process.pid}.new`;
    await write(fresh);
    // A record will say that it is there: then it must be, after a loss of power too.
    await flush(fresh);
    await rename(fresh, at(name));
    await flush(dirname(at(name)));
  };
  return {
    put: (name, from) => place(name, (to) => move(from, to)),
    local: async (name) => {
      await access(at(name));
      return at(name);
    },
    delete: (name) => rm(at(name), { force: true }),
    readNote: (name) =>
      readFile(at(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    writeNote: (name, text) => place(name, (to) => writeFile(to, text, { mode: 0o600 })),
    folders: [root],
  };
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(from, to);
    await rm(from);
  });
}
