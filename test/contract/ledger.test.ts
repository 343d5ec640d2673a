import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger, folderFiles } from '../../shared/adapters/ledger-duckdb/index.ts';
import { ledgerSuite } from './ledger.suite.ts';

ledgerSuite('DuckDB', async () => {
  // Characters that a path may have, and that an engine might take for more.
  const folder = await mkdtemp(join(tmpdir(), "ledger [a]'*-"));
  const files = join(folder, 'files');
  return {
    folder,
    ledger: createLedger({ files: folderFiles(files), workFolder: join(folder, 'work'), memoryMegabytes: 200 }),
    kept: async () => (await readdir(files, { recursive: true }).catch(() => [])).sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});
