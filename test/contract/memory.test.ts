import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { describeBus } from './bus.suite.ts';
import type { Create } from './embedded.ts';
import { ManualTime } from './manual-time.ts';
import { describeStore } from './store.suite.ts';

const create: Create = () => {
  const time = new ManualTime();
  const runtime = createMemoryRuntime({ clock: time, timer: time, random: () => 0.5 });
  return Promise.resolve({ ...runtime, time, close: () => runtime.bus.stop() });
};

describeBus('memory', create);
describeStore('memory', create);
