/**
 * The tests in process; those that start programs have `jest.programs.config.js`.
 * @type {import('jest').Config}
 */
export default {
  rootDir: 'test',
  testMatch: ['**/*.test.ts', '**/together.ts'],
  testPathIgnorePatterns: ['<rootDir>/helper/', '<rootDir>/programs/'],
  filter: '<rootDir>/setup/files.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { exclude: [] }],
    // A client library that its users' bundlers make CommonJS of.
    '/node_modules/@reststate/client/': ['@swc/jest', { swcrc: false, exclude: [], module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@reststate/client/)'],
  // By it WarpDrive has files that need no bundler.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons', 'unpkg'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
  globalSetup: '<rootDir>/setup/global-setup.js',
  globalTeardown: '<rootDir>/setup/global-teardown.js',
  // None takes as long, unless the machine has much else to do.
  testTimeout: 60_000,
  // Each worker has a PostgreSQL in WebAssembly of its own: more of them need memory, not only processors.
  maxWorkers: 2,
  // What earlier files leave behind slows a worker down, but to start anew takes seconds.
  workerIdleMemoryLimit: '800MB',
};
