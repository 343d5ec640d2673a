import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lambda's limit for a function with everything in it, unpacked; infra/aws adds no layer to such a function but AWS's own extension. */
export const mostUnpackedBytes = 250 * 2 ** 20;

/** As Node calls it (`process.arch`). */
export type Processor = NodeJS.Architecture;

/** As package-lock.json has it. */
interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

/** Lambda's system, and that of every machine that tests a packaged function. */
export const nativePackage = (name: string, processor: Processor): string => `${name}-linux-${processor}`;

export interface NativeOptions {
  /** Without what ends its name. */
  readonly name: string;
  readonly processor: Processor;
  /** Folder with package-lock.json and node_modules. */
  readonly root: string;
}

/** Writes the package with its library into `<folder>/node_modules`, at the version and with the content that package-lock.json names. */
export function writeNative(folder: string, { name, processor, root }: NativeOptions): void {
  const full = nativePackage(name, processor);
  const to = join(folder, 'node_modules', full);
  const locked = lockedIn(root, full);
  const installed = join(root, 'node_modules', full);
  // npm has verified what is installed; on a machine of another kind it installs none of it.
  if (existsSync(installed) && versionOf(installed) === locked.version) cpSync(installed, to, { recursive: true });
  else withInstalled(full, locked, (from) => cpSync(from, to, { recursive: true }));
}

/** @throws Error when the lock file does not know the package */
export function lockedIn(root: string, name: string): Locked {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const locked = packages[`node_modules/${name}`];
  if (locked !== undefined) return locked;
  throw new Error(
    `package-lock.json has no ${name}: npm install --save-optional ${name} at the version of what needs it`,
  );
}

export const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;

/**
 * By npm, in a folder of its own and from a lock file of its own: it refuses what is not of the locked content, and takes from its cache
 * what it has had before. The lock file leaves out for which machine the package is: that this is another one is why it is asked for.
 */
function withInstalled(name: string, { version, integrity }: Locked, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'native-'));
  try {
    const wanted = { dependencies: { [name]: version } };
    const packages = { '': wanted, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(wanted));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
    const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    const { status, stderr } = spawnSync('npm', command, options);
    if (status !== 0) throw new Error(`npm could not get ${name} ${version}: ${stderr?.trim() ?? 'npm is not there'}`);
    use(join(folder, 'node_modules', name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error when Lambda would not take it */
export function mustFit(name: string, folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  if (bytes <= mostUnpackedBytes) return bytes;
  throw new Error(`function ${name} takes ${bytes} bytes unpacked, and Lambda takes ${mostUnpackedBytes}`);
}
