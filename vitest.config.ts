import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What workers load, and programs that tests start, is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/homeostasis', import.meta.url));

export default defineConfig({
  test: {
    include: ['{shared,services,sandbox,cli,console,infra,scripts,test,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/outside/**'],
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    // By itself it leaves one processor alone, and of two that is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
