/** @type {import('jest').Config} */
export default {
  rootDir: 'test',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { exclude: [] }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  globalSetup: '<rootDir>/setup/global-setup.js',
  globalTeardown: '<rootDir>/setup/global-teardown.js',
  testTimeout: 30_000,
  // One more than the smallest machine has processors, as many tests wait for other programs. Not more: each worker has a
  // PostgreSQL in WebAssembly of its own, which needs memory.
  maxWorkers: 3,
  workerIdleMemoryLimit: '400MB',
};
