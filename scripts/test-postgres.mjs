// Runs the tests in process on a PostgreSQL server instead of the embedded database.
import { spawnSync } from 'node:child_process';

if (!process.env.TEST_DATABASE_URL) {
  console.error(
    'Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created, such as postgresql://postgres@localhost/postgres.',
  );
  process.exit(1);
}
const { status } = spawnSync('npm', ['test', '--', ...process.argv.slice(2)], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
