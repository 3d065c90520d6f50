// Makes each fault of test/faults a hundred times, or FAULT_ROUNDS times.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm', ['test', '--', 'test/faults', '--runInBand', ...process.argv.slice(2)], {
  env: { FAULT_ROUNDS: '100', ...process.env },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
