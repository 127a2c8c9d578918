import { defineConfig, type ViteUserConfig } from 'vitest/config';

const { ESLINT: eslint, TEST_REPORT: report } = process.env;

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/plain-output.ts'],
    alias: eslint === '9' ? { eslint: 'eslint9' } : {},
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    // Typed programs, child processes and the oracle share two cores on the smallest machine that
    // has to run this: a generous limit still catches a hang and never fails a slow one.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default config;
