import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zip } from './zip.ts';

const entries = [
  { name: 'b/ünicode.json', content: Buffer.from('{"a":1}') },
  { name: 'a.mjs', content: Buffer.from('x'.repeat(100_000)) },
  { name: 'empty', content: Buffer.alloc(0) },
];

describe('a package’s archive', () => {
  it('does not depend on time or order', () => {
    expect(zip(entries).equals(zip(entries.toReversed()))).toBe(true);
    expect(zip(entries).length).toBeLessThan(1000);
  });

  it('is read by somebody else’s reader', () => {
    const folder = mkdtempSync(join(tmpdir(), 'zip-'));
    try {
      writeFileSync(join(folder, 'package.zip'), zip(entries));
      const { status, stdout, error } = spawnSync('python3', ['-c', reader], { cwd: folder, encoding: 'utf8' });
      expect(error).toBeUndefined();
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toEqual([
        ['a.mjs', 100_000, '0o100644'],
        ['b/ünicode.json', 7, '0o100644'],
        ['empty', 0, '0o100644'],
      ]);
      expect(readFileSync(join(folder, 'b/ünicode.json'), 'utf8')).toBe('{"a":1}');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const reader = `
import json, zipfile
with zipfile.ZipFile('package.zip') as z:
    assert z.testzip() is None
    z.extractall()
    print(json.dumps([(i.filename, i.file_size, oct(i.external_attr >> 16)) for i in z.infolist()]))
`;
