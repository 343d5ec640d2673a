import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hubFunctions, processor } from '../../infra/functions.ts';
import { root } from './hub.ts';
import { lockedIn, mustFit, nativePackage } from './native.ts';

const folders: string[] = [];
const fresh = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'native-test-'));
  folders.push(folder);
  return folder;
};
afterEach(() => folders.splice(0).forEach((each) => rmSync(each, { recursive: true })));

describe('machine code beside a function', () => {
  const names = hubFunctions.flatMap(({ native }) => native ?? []);

  it.each([...new Set([processor, 'x64' as const])])(
    'is locked for %s, with its content, at the version of what calls it',
    (of) => {
      expect(names).toEqual(['@duckdb/node-bindings']);
      const { version, integrity, os, cpu, libc } = lockedIn(root, nativePackage(names[0] ?? '', of));
      expect([os, cpu, libc]).toEqual([['linux'], [of], ['glibc']]);
      expect(integrity).toMatch(/^sha512-/);
      expect(version).toBe(lockedIn(root, '@duckdb/node-api').version);
    },
  );

  it('is refused when nothing says what it must be', () => {
    expect(() => lockedIn(root, '@duckdb/node-bindings-plan9')).toThrow(/package-lock\.json has no @duckdb/);
  });

  it('is refused when Lambda would not take it', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'a'), 'x'.repeat(100));
    expect(mustFit('cost', folder)).toBe(100);
    symlinkSync(process.execPath, join(folder, 'not-counted'));
    expect(mustFit('cost', folder)).toBe(100);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toHaveLength(100);
  });
});
