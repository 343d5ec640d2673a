import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,services,sandbox,cli,console,infra,scripts,test,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/outside/**'],
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
