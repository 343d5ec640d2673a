/**
 * `npm run package [-- --config homeostasis.yaml] [--hub] [function…]`: what infra deploys, in dist/. With `--hub` a configuration that
 * no hub can be made of is refused before anything is bundled.
 * - functions/<name>/: index.mjs, homeostasis.json (the configuration, checked and resolved), consumers.json where it is read
 * - azure.zip, gcp-source.zip and their folders: the deployers that live in the other clouds
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../cli/config/load.ts';
import { optionsOf } from '../infra/aws/read-options.ts';
import { functionsOf, processor } from '../infra/functions.ts';
import { catalogue, places } from '../shared/catalogue/index.ts';
import { knownWorld } from '../shared/domain/spec/index.ts';
import { root, writeFunctions } from './package/hub.ts';
import { mustFit, nativePackage } from './package/native.ts';
import { writeAzure, writeGcp } from './package/other-clouds.ts';

const { values, positionals } = parseArgs({
  options: { config: { type: 'string' }, hub: { type: 'boolean' } },
  allowPositionals: true,
});
const dist = join(root, 'dist');
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1).padStart(8)} KiB`;

try {
  const { settings } = loadConfig({
    ...(values.config === undefined ? {} : { file: values.config }),
    folder: process.cwd(),
    environment: process.env,
    known: knownWorld(catalogue, places),
  });
  // As it will lie beside the functions.
  if (values.hub === true) optionsOf(JSON.parse(JSON.stringify(settings)) as Parameters<typeof optionsOf>[0]);
  const functions = functionsOf(settings.hub);
  const unknown = positionals.filter((name) => !functions.some((each) => each.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no function is called ${unknown.join(' or ')}; there are ${functions.map(({ name }) => name).join(', ')}`,
    );
  }
  const wanted = functions.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const folder = join(dist, 'functions');
  const bundles = await writeFunctions(folder, settings, wanted);
  for (const { name, native } of wanted) {
    const whole = (): string => kib(mustFit(name, join(folder, name))).trim();
    const beside = native === undefined ? '' : `, ${whole()} with ${nativePackage(native, processor)}`;
    console.log(`functions/${name.padEnd(14)} ${kib(bundles.get(name)?.bytes ?? 0)}${beside}`);
  }
  if (positionals.length === 0) {
    console.log(`azure.zip                ${kib(await writeAzure(dist))}`);
    console.log(`gcp-source.zip           ${kib(await writeGcp(dist))}`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
