import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { basename } from 'node:path';

export interface Bundle {
  readonly text: string;
  /** Of what is loaded at the start: the entry, and the chunks that it cannot do without. */
  readonly bytes: number;
  /** By file name: chunks, those included that are loaded when they are first needed. */
  readonly chunks: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
}

/**
 * The same for our functions and for what they are measured against. Without a source map: Node would read it, larger than the bundle,
 * at every cold start that logs an error; names and messages of errors are ours and survive.
 */
export const options = {
  bundle: true,
  minify: true,
  legalComments: 'none',
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  write: false,
  metafile: true,
  logLevel: 'silent',
  outfile: 'index.mjs',
  // Looked for by the Azure SDK behind a proxy that wants it, and done without where it is not; and machine code, which is no text.
  external: ['kerberos', '*/duckdb.node'],
  // Some dependencies are CommonJS and ask for Node's own modules.
  banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
} as const satisfies BuildOptions;

export async function bundle(
  from: Pick<BuildOptions, 'entryPoints' | 'stdin' | 'external'>,
  plugins: Plugin[],
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...options,
    ...from,
    external: [...options.external, ...(from.external ?? [])],
    plugins,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return { text: file.text, bytes: file.contents.length, chunks: new Map(), metafile };
}

/** Like `bundle`, with what is imported when it is first needed in chunks of its own. */
export async function bundleInParts(entry: string, plugins: Plugin[]): Promise<Bundle> {
  const { outfile: _outfile, ...rest } = options;
  const { outputFiles, metafile } = await build({
    ...rest,
    entryPoints: [{ in: entry, out: 'index' }],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'chunk-[hash]',
    plugins,
  });
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const text = files.get('index.mjs');
  if (text === undefined) throw new Error('esbuild wrote no entry');
  files.delete('index.mjs');
  const atStart = loadedWith('index.mjs', metafile);
  const bytes = outputFiles
    .filter(({ path }) => atStart.has(basename(path)))
    .reduce((sum, { contents }) => sum + contents.length, 0);
  return { text, bytes, chunks: files, metafile };
}

const folder = 'parts';

/** The file, and everything that it imports by a statement. */
function loadedWith(file: string, { outputs }: Metafile, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const [, output] = Object.entries(outputs).find(([path]) => basename(path) === file) ?? [];
  for (const { path, kind } of output?.imports ?? []) {
    if (kind === 'import-statement') loadedWith(basename(path), { inputs: {}, outputs }, seen);
  }
  return seen;
}
