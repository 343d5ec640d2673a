import type { OnResolveArgs, Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluated } from './evaluate.ts';
import { literalsOf } from './literals.ts';
import { rewrite, schemasIn } from './schemas.ts';

const here = (file: string): string => join(import.meta.dirname, file);

/** Modules of other people that a function needs less of, by what stands in their place. Each file says why. */
const lighter: readonly { readonly path: RegExp; readonly importer?: RegExp; readonly instead: string }[] = [
  { path: /^typebox\/compile$/, instead: here('typebox-in-function.ts') },
  { path: /^\.\.\/\.\.\/format\//, importer: /[\\/]typebox[\\/]/, instead: here('format-in-function.ts') },
  { path: /^@aws-sdk\/credential-provider-node$/, instead: here('credentials-in-function.ts') },
];

/** Neither ours nor these do anything when they are loaded but define what they export; their package.json does not say so. */
const pure = /[\\/]node_modules[\\/](?:typebox|yaml)[\\/]|^(?:(?![\\/]node_modules[\\/]).)*$/;

/** What a packaged function does without, and still does the same. */
export function diet(schemas: Evaluated): Plugin {
  const literals = literalsOf(schemas, sharedSchemas);
  return {
    name: 'diet',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === 'entry-point' || args.pluginData === passed) return undefined;
        if (args.path === sharedSchemas) return { path: args.path, namespace: sharedSchemas, sideEffects: false };
        const { kind, importer, resolveDir } = args;
        const found = await resolve(insteadOf(args) ?? args.path, { kind, importer, resolveDir, pluginData: passed });
        return pure.test(found.path) ? { ...found, sideEffects: false } : found;
      });
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const expressions = literals.byFile.get(path);
        if (expressions === undefined) return undefined;
        const text = readFileSync(path, 'utf8');
        const written = rewrite(text, schemasIn(text), (_, index) => expressions[index] ?? 'undefined');
        return { contents: `import * as ${sharedSchemas} from '${sharedSchemas}';${written}`, loader: 'ts' };
      });
      // Asked for its version alone, by the user agent.
      onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9-]+[\\/]package\.json$/ }, ({ path }) => {
        const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
        return { contents: JSON.stringify({ version }), loader: 'json' };
      });
      onLoad({ filter: /.*/, namespace: sharedSchemas }, () => ({ contents: literals.shared }));
    },
  };
}

const sharedSchemas = 'sharedSchemas';

/** Marks what this plugin has asked for itself. */
const passed = Symbol('passed');

function insteadOf({ path, importer }: OnResolveArgs): string | undefined {
  return lighter.find((each) => each.path.test(path) && (each.importer?.test(importer) ?? true))?.instead;
}
