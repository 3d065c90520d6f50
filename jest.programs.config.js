import inProcess from './jest.config.js';

/**
 * The tests that start programs: the built service and its commands, servers, proxies, a browser.
 * @type {import('jest').Config}
 */
export default {
  ...inProcess,
  testMatch: ['<rootDir>/programs/*.test.ts'],
  testPathIgnorePatterns: [],
  // Processes start slowly on a busy machine.
  testTimeout: 90_000,
};
