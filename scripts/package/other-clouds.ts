import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { root } from './hub.ts';
import { zip } from './zip.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const pinned = (name: string): string => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const version = dependencies[name];
  if (version === undefined) throw new Error(`package.json has no dependency ${name}`);
  return version;
};

/**
 * The Azure Functions package: everything is in the bundle but the host's own module, which its Node worker provides.
 * @returns bytes of `<dist>/azure.zip`
 */
export async function writeAzure(dist: string): Promise<number> {
  const entryPoints = [join(root, 'services/deployer-azure/main.azure.ts')];
  const { text } = await bundle({ entryPoints, external: ['@azure/functions-core'] }, []);
  return write(dist, 'azure', {
    'index.mjs': text,
    'package.json': json({ name: 'homeostasis-deployer-azure', private: true, type: 'module', main: 'index.mjs' }),
    'host.json': json({
      version: '2.0',
      // A command runs for minutes at most; what it could not report comes again.
      functionTimeout: '00:05:00',
      logging: { applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: 'Request' } } },
    }),
  });
}

/**
 * The source of the Cloud Run function. Google's own packages are installed by Google Cloud's build, at our versions: the framework must
 * be the one that runs the function, and the API clients read their protocol files from beside their code.
 * @returns bytes of `<dist>/gcp-source.zip`
 */
export async function writeGcp(dist: string): Promise<number> {
  const entryPoints = [join(root, 'services/deployer-gcp/main.gcp.ts')];
  const external = ['@google-cloud/*', 'google-gax', 'google-gax/*', 'google-auth-library'];
  const { text, metafile } = await bundle({ entryPoints, external }, []);
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => packageOf(path)));
  const installed = [...new Set(imported)].filter((name) => external.some((each) => matches(each, name))).sort();
  return write(dist, 'gcp-source', {
    'index.mjs': text,
    'package.json': json({
      name: 'homeostasis-deployer-gcp',
      private: true,
      type: 'module',
      main: 'index.mjs',
      engines: { node: '24' },
      dependencies: Object.fromEntries(installed.map((name) => [name, pinned(name)])),
    }),
  });
}

const packageOf = (path: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

function write(dist: string, name: string, files: Readonly<Record<string, string>>): number {
  const folder = join(dist, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const archive = zip(Object.entries(files).map(([file, text]) => ({ name: file, content: Buffer.from(text) })));
  writeFileSync(join(dist, `${name}.zip`), archive);
  return archive.length;
}
