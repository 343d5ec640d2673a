import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { DataFileUnavailable } from './errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-mode-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const write = (file: string): void => {
  const db = openDatabase(file);
  db.exec('CREATE TABLE IF NOT EXISTS note (text)');
  db.exec("INSERT INTO note VALUES ('x')");
  for (const each of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(each)) expect(modeOf(each)).toBe('600');
  expect(existsSync(`${file}-wal`)).toBe(true);
  db.close();
};

describe('the data file', () => {
  it('and what is beside it is for its owner alone, whatever the umask', () => {
    const umask = process.umask(0);
    try {
      write(join(folder, 'new', 'data.sqlite'));
      expect(modeOf(join(folder, 'new'))).toBe('700');
    } finally {
      process.umask(umask);
    }
  });

  it('that others could read is put right', () => {
    const file = join(folder, 'data.sqlite');
    write(file);
    // As an earlier release, or a copy, left them.
    writeFileSync(`${file}-wal`, '');
    for (const each of [file, `${file}-wal`]) chmodSync(each, 0o644);
    write(file);
    expect(modeOf(file)).toBe('600');
  });

  it('that cannot be made is told in our words', () => {
    mkdirSync(join(folder, 'data.sqlite'));
    expect(() => openDatabase(join(folder, 'data.sqlite'))).toThrow(DataFileUnavailable);
    writeFileSync(join(folder, 'plain'), '');
    expect(() => openDatabase(join(folder, 'plain', 'data.sqlite'))).toThrow(/plain.*make it and its folder writable/);
  });
});
