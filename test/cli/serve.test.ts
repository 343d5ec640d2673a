import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finished, run, start } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const serve = (data: string, ...more: string[]) => [
  '--data',
  data,
  'serve',
  '--sandbox',
  '--workloads',
  'none',
  '--port',
  '0',
  '--gateway-port',
  '0',
  ...more,
];

describe('homeostasis serve', () => {
  it('tells what is wrong with the example, and ends', async () => {
    const example = join(folder, 'wrong.yaml');
    writeFileSync(example, 'apiVersion: homeostasis.dev/v1\nkind: Aplication\n');
    const { code, stderr } = await run(serve(join(folder, 'wrong'), '--example', example), {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/stopping …\nerror: wrong\.yaml:1:1: metadata: is missing/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('is found by commands that name its data folder, on whatever port it listens', async () => {
    const data = join(folder, 'elsewhere');
    const child = start(serve(data, '--quiet'), {});
    const over = finished(child);
    await new Promise((ready) => child.stdout?.once('data', ready));
    const { code, stdout } = await run(['status', '--data', data], {});
    child.kill('SIGTERM');
    expect(stdout).toContain('no applications');
    expect(code).toBe(0);
    expect(await over).toMatchObject({ code: 0 });
    expect(existsSync(join(data, 'url'))).toBe(false);
  });
});
