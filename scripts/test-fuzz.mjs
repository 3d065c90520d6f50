// Makes 20,000 requests near those of the OpenAPI document and 5,000 that are hardly HTTP, and all cases of the other tests
// with random input. FUZZ_REQUESTS takes another number of requests, FUZZ_SEED the seed that a failure prints, and
// TEST_DATABASE_URL a PostgreSQL server.
import { spawnSync } from 'node:child_process';

const FILES = ['test/fuzz', '\\.property\\.'];
const { status } = spawnSync('npm', ['test', '--', ...FILES, ...process.argv.slice(2)], {
  env: { FUZZ_CASES: 'all', FUZZ_REQUESTS: '20000', ...process.env },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
