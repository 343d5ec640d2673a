import { build, type Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { refuseLeftOut, rewrite, schemasIn } from './schemas.ts';

/** By file: what each of its `Type.…(…)` expressions gave, in the order in which they stand. */
export type Evaluated = ReadonlyMap<string, readonly unknown[]>;

const kept = 'homeostasisSchemas';
let evaluations = 0;

/** Loads the modules, as they are, with TypeBox itself, and keeps what its builders gave. @throws Error naming a schema that cannot be packaged */
export async function evaluateSchemas(files: readonly string[]): Promise<Evaluated> {
  const instrument: Plugin = {
    name: 'keep-schemas',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const keep = (inner: string, index: number): string =>
          `((globalThis.${kept}[${JSON.stringify(path)}] ??= [])[${index}] = ${inner})`;
        return { contents: rewrite(text, schemasIn(text), keep), loader: 'ts' };
      });
    },
  };
  const contents = files.map((file) => `import ${JSON.stringify(file)};`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    plugins: [instrument],
  });
  const values: Record<string, unknown[]> = {};
  const global = globalThis as { [kept]?: Record<string, unknown[]> };
  global[kept] = values;
  try {
    // Node keeps what it has loaded, by its address: each time another one.
    const text = `${outputFiles[0]?.text ?? ''}\n// ${(evaluations += 1)}`;
    await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  } finally {
    delete global[kept];
  }
  for (const [file, schemas] of Object.entries(values)) for (const schema of schemas) refuseLeftOut(schema, file);
  return new Map(Object.entries(values));
}
