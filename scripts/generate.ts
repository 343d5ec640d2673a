// Writes the reference documents that are derived from the contracts; `--check` writes nothing and fails if one is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generated } from './generate/documents.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'docs', 'reference', 'schemas');

const wanted = await generated(root);
const stale = [...wanted].filter(([file, text]) => read(join(root, file)) !== text).map(([file]) => file);
const leftOver = schemaFiles().filter((file) => !wanted.has(file));

if (process.argv.includes('--check')) {
  for (const file of stale) console.error(`${file} is stale`);
  for (const file of leftOver) console.error(`${file} belongs to no contract`);
  if (stale.length + leftOver.length > 0) {
    console.error('Run `npm run generate` and commit what changes.');
    process.exit(1);
  }
} else {
  for (const file of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), wanted.get(file) ?? '');
  }
  for (const file of leftOver) rmSync(join(root, file));
  console.log(`${wanted.size} files: ${stale.length} written, ${leftOver.length} removed`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function schemaFiles(): readonly string[] {
  try {
    return readdirSync(folder).map((name) => relative(root, join(folder, name)).replaceAll('\\', '/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
