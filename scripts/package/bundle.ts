import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

export interface Bundle {
  readonly text: string;
  readonly bytes: number;
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
  // Some dependencies are CommonJS and ask for Node's own modules.
  banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
} as const satisfies BuildOptions;

export async function bundle(
  from: Pick<BuildOptions, 'entryPoints' | 'stdin' | 'external'>,
  plugins: Plugin[],
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...options, ...from, plugins });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return { text: file.text, bytes: file.contents.length, metafile };
}
