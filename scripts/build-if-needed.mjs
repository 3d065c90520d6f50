// Builds unless what is built is newer than everything that it is built from.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['src', 'mikro-orm.config.ts', 'package.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'];
const BUILT = join('dist', 'src', 'main.js');

/** The time of the last change of a file, or of any file below a folder; 0 for what does not exist. */
function changedAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}

if (changedAt(BUILT) < Math.max(...SOURCES.map(changedAt))) {
  // Standard output belongs to the program that is started after this.
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', process.stderr, 'inherit'],
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}
