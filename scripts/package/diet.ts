import type { OnResolveArgs, Plugin, ResolveResult } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluated } from './evaluate.ts';
import { literalsOf } from './literals.ts';
import { rewrite, schemasIn } from './schemas.ts';

const root = join(import.meta.dirname, '..', '..');
const here = (file: string): string => join(import.meta.dirname, file);

/** Modules of other people that a function needs less of, by what stands in their place. Each file says why. */
const lighter: readonly { readonly path: RegExp; readonly importer?: RegExp; readonly instead: string }[] = [
  { path: /^typebox\/compile$/, instead: here('typebox-in-function.ts') },
  { path: /^\.\.\/\.\.\/format\//, importer: /[\\/]typebox[\\/]/, instead: here('format-in-function.ts') },
  // The same library as ES modules: what nobody calls of it can be left out, 18 KB.
  { path: /^yaml$/, instead: join(root, 'node_modules/yaml/browser/dist/index.js') },
  { path: /^@aws-sdk\/credential-provider-node$/, instead: here('credentials-in-function.ts') },
  { path: /^@aws-sdk\/endpoint-cache$/, instead: here('endpoint-cache-in-function.ts') },
];

/** Neither ours nor these do anything when they are loaded but define what they export; their package.json does not say so. */
const pure = /[\\/]node_modules[\\/](?:typebox|yaml)[\\/]|^(?:(?![\\/]node_modules[\\/]).)*$/;
const purePackage = /^(?:typebox|yaml)(?:\/|$)/;

/** What is named by where it lies beside a module is of the same package. */
const isPure = ({ path, importer }: OnResolveArgs): boolean =>
  /^[./]/.test(path) ? pure.test(importer) : purePackage.test(path);

/** What a packaged function does without, and still does the same. */
export function diet(schemas: Evaluated): Plugin {
  const literals = literalsOf(schemas, sharedSchemas);
  // Over all functions that are bundled with it: each question to esbuild starts a resolver of its own, which knows no folder yet.
  const known = new Map<string, Promise<ResolveResult>>();
  return {
    name: 'diet',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === 'entry-point' || args.pluginData === passed) return undefined;
        if (args.path === sharedSchemas) return { path: args.path, namespace: sharedSchemas, sideEffects: false };
        const instead = insteadOf(args);
        if (instead === undefined && !isPure(args)) return undefined;
        const { kind, importer, resolveDir } = args;
        const path = instead ?? args.path;
        const key = JSON.stringify([path, kind, resolveDir]);
        const found = known.get(key) ?? resolve(path, { kind, importer, resolveDir, pluginData: passed });
        known.set(key, found);
        return { ...(await found), sideEffects: false };
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
      onLoad({ filter: /[\\/]@aws-sdk[\\/](?:client-|nested-clients).*[\\/]schemas_0\.js$/ }, ({ path }) => ({
        contents: withPlainKeys(readFileSync(path, 'utf8')),
        loader: 'js',
      }));
      onLoad({ filter: /.*/, namespace: sharedSchemas }, () => ({ contents: literals.shared }));
    },
  };
}

/**
 * The SDK's schemas, with `{ [_hH]: … }` written as `{ "httpHeader": … }`: a computed key might do anything when it is evaluated, and keeps
 * the schemas of all operations where two are used. Pure.
 */
export function withPlainKeys(text: string): string {
  const names = new Map(
    [...text.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => (names.has(name) ? `${names.get(name)}:` : key));
}

const sharedSchemas = 'sharedSchemas';

/** Marks what this plugin has asked for itself. */
const passed = Symbol('passed');

function insteadOf({ path, importer }: OnResolveArgs): string | undefined {
  return lighter.find((each) => each.path.test(path) && (each.importer?.test(importer) ?? true))?.instead;
}
