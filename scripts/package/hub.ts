import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubFunctions, processor as deployed, type HubFunction } from '../../infra/functions.ts';
import type { Settings } from '../../shared/domain/settings/index.ts';
import { bundle, bundleInParts, type Bundle } from './bundle.ts';
import { deployedConsumers } from './consumers.ts';
import { diet } from './diet.ts';
import { evaluateSchemas } from './evaluate.ts';
import { clientsIn } from './clients.ts';
import { mustFit, writeNative, type Processor } from './native.ts';

export const root = join(import.meta.dirname, '..', '..');

/** Modules that make schemas with TypeBox. */
export const schemaFiles = (): readonly string[] =>
  [...globSync('shared/contracts/*.ts', { cwd: root }), ...globSync('services/*/settings.ts', { cwd: root })]
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => join(root, file));

/** @throws Error naming a function whose entry is missing, or that holds a client of the AWS SDK which it is not said to need. */
export async function bundleFunctions(functions: readonly HubFunction[] = hubFunctions): Promise<Map<string, Bundle>> {
  const lighter = diet(await evaluateSchemas(schemaFiles()));
  const bundles = new Map<string, Bundle>();
  for (const { name, entry, clients, inParts, later = [] } of functions) {
    if (!existsSync(join(root, entry))) {
      throw new Error(`function ${name} has no entry ${entry}: write it, or take ${name} out of infra/functions.ts`);
    }
    const file = join(root, entry);
    const made = await (inParts === true ? bundleInParts(file, [lighter]) : bundle({ entryPoints: [file] }, [lighter]));
    const surplus = [...clientsIn(made.metafile).keys()].filter(
      (client) => !clients.includes(client) && !later.includes(client),
    );
    if (surplus.length > 0) {
      throw new Error(
        `function ${name} holds the clients ${surplus.join(', ')} and needs ${clients.join(', ')} (infra/functions.ts)`,
      );
    }
    bundles.set(name, made);
  }
  return bundles;
}

/**
 * Writes `<folder>/<name>/` for each function: the bundle, the configuration, what else it reads, and machine code that it needs, for
 * what it is deployed on; a test that runs it here says so.
 * @throws Error as bundleFunctions does; or when Lambda would not take what was written
 */
export async function writeFunctions(
  folder: string,
  settings: Settings,
  functions: readonly HubFunction[] = hubFunctions,
  processor: Processor = deployed,
): Promise<Map<string, Bundle>> {
  const bundles = await bundleFunctions(functions);
  rmSync(folder, { recursive: true, force: true });
  for (const each of functions)
    writeFunction(join(folder, each.name), each, { made: bundles.get(each.name), settings, processor });
  return bundles;
}

interface Made {
  readonly made: Bundle | undefined;
  readonly settings: Settings;
  readonly processor: Processor;
}

function writeFunction(
  own: string,
  { name, consumers, native }: HubFunction,
  { made, settings, processor }: Made,
): void {
  mkdirSync(own, { recursive: true });
  const { text = '', chunks = new Map<string, string>() } = made ?? {};
  for (const [file, body] of [['index.mjs', text], ...chunks]) writeFileSync(join(own, file ?? ''), body ?? '');
  writeFileSync(join(own, 'homeostasis.json'), `${JSON.stringify(settings)}\n`);
  if (consumers === true) writeFileSync(join(own, 'consumers.json'), `${JSON.stringify(deployedConsumers())}\n`);
  if (native !== undefined) writeNative(own, { name: native, processor, root });
  mustFit(name, own);
}
