import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { hubFunctions, processor } from '../../infra/functions.ts';
import { root, writeFunctions } from '../../scripts/package/hub.ts';
import { lockedIn, nativePackage, versionOf } from '../../scripts/package/native.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';

type Holds = (what: string, found: unknown, wanted: unknown) => void;

/** e_machine of the ELF header, as the System V ABI's supplements number them. */
const machines: Readonly<Record<string, number>> = { arm64: 183, x64: 62 };
/** Of Amazon Linux 2023, which Lambda's Node 24 runs on (docs.aws.amazon.com/linux/al2023): glibc 2.34, and libstdc++ of GCC 11. */
const newest = { GLIBC: '2.34', GLIBCXX: '3.4.29', CXXABI: '1.3.13' } as const;

/**
 * The packaged cost function as it is deployed. This machine need not be of that kind and does not run it: what can be told without is
 * that the library is for that processor, of the locked version, and asks for no newer system library than Lambda has.
 */
export async function costIsForItsProcessor(folder: string, holds: Holds): Promise<void> {
  const [cost] = hubFunctions.filter(({ name }) => name === 'cost');
  const [name, api] = [nativePackage(cost?.native ?? '', processor), '@duckdb/node-api'];
  const packages = join(folder, 'deployed');
  await writeFunctions(packages, resolveSettings({}), cost === undefined ? [] : [cost]);
  const own = join(packages, 'cost', 'node_modules', name);
  const version = versionOf(own);
  holds('cost has the library of the locked version', version, lockedIn(root, name).version);
  holds('which is that of what calls it', version, lockedIn(root, api).version);
  for (const file of ['duckdb.node', 'libduckdb.so']) {
    const path = join(own, file);
    holds(`${file} is for ${processor}`, machineOf(path), machines[processor]);
    holds(`${file} asks for no newer system than Lambda's`, tooNew(path), []);
  }
}

/** @returns undefined for what is no ELF file of 64 bits, little endian */
function machineOf(path: string): number | undefined {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(20);
    readSync(file, head, 0, head.length, 0);
    return head.subarray(0, 6).toString('latin1') === '\x7fELF\x02\x01' ? head.readUInt16LE(18) : undefined;
  } finally {
    closeSync(file);
  }
}

/** Versions of symbols that the file names and Lambda's libraries do not have. */
function tooNew(path: string): readonly string[] {
  const text = readFileSync(path).toString('latin1');
  const asked = new Set([...text.matchAll(/\b(GLIBC|GLIBCXX|CXXABI)_(\d+(?:\.\d+)+)\0/g)].map(([whole]) => whole));
  if (asked.size === 0) throw new Error(`${path} names no version of a system library: it was read wrongly`);
  return [...asked]
    .map((each) => each.slice(0, -1))
    .filter((each) => {
      const [library = '', version = ''] = each.split('_');
      return compare(version, newest[library as keyof typeof newest]) > 0;
    });
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => each.split('.').map(Number));
  const at = (left ?? []).findIndex((part, index) => part !== (right?.[index] ?? 0));
  return at < 0 ? 0 : (left?.[at] ?? 0) - (right?.[at] ?? 0);
}
