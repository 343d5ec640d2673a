import { open } from 'node:fs/promises';

/** Until this resolves the system may still hold what was written to a file, or which files a folder has; then a loss of power takes neither. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
