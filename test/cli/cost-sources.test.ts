import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { csvOf } from '../../shared/adapters/ledger-duckdb/fixtures.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { startControlPlane, token } from './control-plane.ts';
import { quickTime } from './quick-time.ts';
import { run, type Ran } from './run.ts';

vi.setConfig({ testTimeout: 120_000 });

let plane: Awaited<ReturnType<typeof startControlPlane>>;
let folder: string;
const homeostasis = (...args: string[]): Promise<Ran> =>
  run(args, { HOMEOSTASIS_URL: plane.url, HOMEOSTASIS_TOKEN: token, HOMEOSTASIS_DATA: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-sources-'));
  const bills = [{ name: 'exports', kind: 'file' as const, path: join(folder, 'exports') }];
  const cost = { settings: resolveSettings({ cost: { bills } }), folder: join(folder, 'plane') };
  const { clock, timer } = quickTime(Date.UTC(2026, 10, 21, 12));
  plane = await startControlPlane({ clock, timer, cost });
});
afterAll(async () => {
  await plane.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a place of bills', () => {
  it('that cannot be read fails the sweep and says what to do; mended, it is looked through, and that is told', async () => {
    const failed = await homeostasis('cost', 'sweep', '--wait');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^exports: failed: Error: bill source exports: .*cannot be looked at.*ENOENT/);
    const [, letter = ''] = /dead-letters redrive (\S+)/.exec(failed.stdout) ?? [];
    expect((await homeostasis('cost', 'bills')).stdout).toMatch(/^exports +file +never +-$/m);

    mkdirSync(join(folder, 'exports'));
    writeFileSync(join(folder, 'exports', 'november.csv'), csvOf([{ BilledCost: '30' }]));
    expect(await homeostasis('dead-letters', 'redrive', letter)).toMatchObject({ code: 0 });
    const swept = await homeostasis('cost', 'sweep', '--wait', '--json');
    expect(swept.code).toBe(0);
    const sources = await homeostasis('cost', 'bills', '--json');
    expect(JSON.parse(sources.stdout)).toMatchObject({
      bills: [{ current: { totalMicros: 30_000_000 } }],
      sources: [
        { name: 'exports', kind: 'file', lookedAt: expect.any(Number) as number, files: 1 },
        { name: 'upload', kind: 'upload', files: 0 },
      ],
    });
  });
});
