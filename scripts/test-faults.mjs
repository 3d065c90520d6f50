// Makes crashes, failovers and concurrent writes a hundred times, or FAULT_ROUNDS times, instead of twice.
import { spawnSync } from 'node:child_process';

const FILES = ['crashes', 'failover', 'concurrent-writers'].map((name) => `programs/${name}`);
const { status } = spawnSync('npm', ['run', 'test:programs', '--', ...FILES, '--runInBand', ...process.argv.slice(2)], {
  env: { FAULT_ROUNDS: '100', ...process.env },
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
