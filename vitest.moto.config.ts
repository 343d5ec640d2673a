import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const networkTime = fileURLToPath(new URL('test/outside/network-time.ts', import.meta.url));

/** The contract suites wait in turns of the event loop; behind a network they have to wait in time. */
const waitInTime: Plugin = {
  name: 'wait-in-time',
  enforce: 'pre',
  // As the suites spell it; network-time.ts reaches the real one by another path.
  resolveId: (source) => (source === './manual-time.ts' ? networkTime : undefined),
};

/** The hub's adapters against moto; run by `node test/outside/hub-adapters.ts`, never by `npm test`. */
export default defineConfig({
  plugins: [waitInTime],
  test: {
    include: ['test/outside/**/*.moto.test.ts'],
    globalSetup: ['test/outside/moto-global-setup.ts'],
    setupFiles: ['test/setup.ts', 'test/outside/skip-known-gaps.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
