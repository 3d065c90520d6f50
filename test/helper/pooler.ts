import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connects } from './connection.js';
import { freePort, inPostgresName, noPostgresUser } from './own-postgres.js';

/** Why there can be no pooler of the tests' own; `null` when there can. */
export const noPooler: string | null =
  spawnSync('pgbouncer', ['--version']).status === 0 ? noPostgresUser : 'pgbouncer is not installed';

/** A PgBouncer in transaction mode before a server. */
export interface Pooler {
  port: number;
  stop(): Promise<void>;
}

/** Starts one on a free port, with Debian's settings but for those that it must have and the given ones. */
export async function startPooler(
  target: { host: string; port: number; user: string },
  settings: Record<string, string | number> = {},
): Promise<Pooler> {
  const home = mkdtempSync(join(tmpdir(), 'call-purposes-pgbouncer-'));
  const port = await freePort();
  const given = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 4,
    ...settings,
  };
  const lines = Object.entries(given).map(([name, value]) => `${name} = ${value}`);
  const file = join(home, 'pgbouncer.ini');
  const { host, port: upstream, user } = target;
  writeFileSync(
    file,
    `[databases]\n* = host=${host} port=${upstream} user=${user}\n[pgbouncer]\n${lines.join('\n')}\n`,
  );
  chmodSync(home, 0o755);
  const [command = '', ...args] = [...inPostgresName, 'pgbouncer', '--quiet', file];
  const pooler: ChildProcess = spawn(command, args, { stdio: 'ignore' });
  while (!(await connects(port))) {
    if (pooler.exitCode !== null) throw new Error(`PgBouncer ended with status ${pooler.exitCode}.`);
    await sleep(20);
  }
  return {
    port,
    stop: async () => {
      const ended = once(pooler, 'exit');
      // At once, whoever is connected.
      if (pooler.exitCode === null && pooler.kill('SIGTERM')) await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
