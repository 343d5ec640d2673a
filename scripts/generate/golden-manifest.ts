import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const goldenFolder = 'test/golden';
const manifestFile = 'manifest.json';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function goldenSamples(root: string): ReadonlyMap<string, string> {
  const folder = join(root, goldenFolder);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== manifestFile);
  return new Map(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/**
 * Hash of every golden sample, by file. A published sample never changes: known hashes are kept as they are, so a changed sample
 * fails its test; only new ones are added.
 */
export function goldenManifest(root: string): Readonly<Record<string, string>> {
  const known = JSON.parse(readManifest(root)) as Record<string, string>;
  const found = [...goldenSamples(root)].map(([name, text]) => [name, sha256(text)] as const);
  return Object.fromEntries(
    Object.entries({ ...Object.fromEntries(found), ...known }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function readManifest(root: string): string {
  try {
    return readFileSync(join(root, goldenFolder, manifestFile), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw error;
  }
}
