// Makes 20,000 requests near those of the OpenAPI document, and 5,000 that are hardly HTTP; FUZZ_REQUESTS takes another
// number, FUZZ_SEED the one that a failure prints, and TEST_DATABASE_URL a PostgreSQL server.
import { spawnSync } from 'node:child_process';

process.env.FUZZ_REQUESTS ??= '20000';
const { status } = spawnSync('npm', ['test', '--', 'test/fuzz', ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
