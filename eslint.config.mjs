import tseslint from 'typescript-eslint';

/** The rules a reader can feel: small rooms, no `any`, no floating promise, exhaustive switches. */
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'console/vendor/**', '.homeostasis/**', 'cdk.out/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // Programs that talk to a terminal, and long tables of cases, are what these are for.
    files: [
      'cli/**',
      'scripts/**',
      'bench/**',
      'sandbox/main.ts',
      'test/outside/**',
      'test/browser/**',
      'test/simulation/million.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', 'test/**', 'shared/catalogue/**'],
    rules: { 'max-lines': 'off' },
  },
);
