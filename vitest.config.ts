import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

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
