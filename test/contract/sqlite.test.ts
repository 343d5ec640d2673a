import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '../../shared/adapters/sqlite/index.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { describeBus } from './bus.suite.ts';
import type { Create } from './embedded.ts';
import { ManualTime } from './manual-time.ts';
import { describeStore } from './store.suite.ts';

const create: Create = async () => {
  const time = new ManualTime();
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-'));
  const file = join(folder, 'data.sqlite');
  const runtime = await openRuntime({ file, clock: time, timer: time, random: () => 0.5, logger: silentLogger });
  return {
    ...runtime,
    time,
    close: async () => {
      await runtime.close();
      rmSync(folder, { recursive: true });
    },
  };
};

describeBus('sqlite', create);
describeStore('sqlite', create);
