import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const BINARIES = process.env.TEST_POSTGRES_BIN ?? newestOf('/usr/lib/postgresql');

/** What a command starts with that refuses to run as root, as PostgreSQL and PgBouncer do: they need another user then. */
export const inPostgresName =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

/** Why there can be no such commands; `null` when there can. */
export const noPostgresUser: string | null =
  inPostgresName.length > 0 && spawnSync('id', ['postgres']).status !== 0 ? 'there is no user postgres' : null;

/** Why there can be no server of the tests' own; `null` when there can. */
export const noOwnServer: string | null = existsSync(join(BINARIES, 'initdb'))
  ? noPostgresUser
  : `there is no PostgreSQL in ${BINARIES}`;

/** A PostgreSQL server of a suite's own, which it may treat as it likes. */
export interface OwnServer {
  /** Its data directory. */
  directory: string;
  port: number;
  url: string;
  start(): Promise<void>;
  /** Makes an empty database of that name. @returns its URL */
  createDatabase(name: string): Promise<string>;
  /** `immediate` is a crash, `fast` ends all sessions. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL to the server's first process, which the others follow when they notice. */
  kill(): void;
  /** Makes a standby a server of its own. */
  promote(): Promise<void>;
  /** All that it has logged. */
  log(): string;
  remove(): void;
}

/** Makes a server on a free port and starts it. */
export const ownServer = (): Promise<OwnServer> =>
  serverIn((directory) =>
    run('initdb', '-D', directory, '-U', 'postgres', '-A', 'trust', '--no-sync', '--locale=C', '-E', 'UTF8'),
  );

/** Makes a standby that follows the server and starts it. */
export const standbyOf = ({ port }: OwnServer): Promise<OwnServer> =>
  serverIn((directory) =>
    run(
      ...['pg_basebackup', '-D', directory, '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'],
      ...['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'],
    ),
  );

async function serverIn(make: (directory: string) => Promise<void>): Promise<OwnServer> {
  const home = mkdtempSync(join(tmpdir(), 'call-purposes-postgres-'));
  chmodSync(home, 0o777);
  const directory = join(home, 'data');
  const port = await freePort();
  await make(directory);
  const settings = `-p ${port} -k ${home} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const control = (...args: string[]) => run('pg_ctl', '-D', directory, '-l', join(home, 'log'), '-w', ...args);
  const start = () => control('-o', settings, 'start');
  await start();
  const urlOf = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  return {
    directory,
    port,
    url: urlOf('postgres'),
    start,
    createDatabase: async (name) => {
      const client = new pg.Client(urlOf('postgres'));
      await client.connect();
      await client.query(`create database ${name}`).finally(() => client.end());
      return urlOf(name);
    },
    stop: (mode) => control('-m', mode, 'stop'),
    kill: () => process.kill(Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL'),
    promote: () => control('promote'),
    log: () => readFileSync(join(home, 'log'), 'utf8'),
    remove: () => {
      spawnSync(...command('pg_ctl', '-D', directory, '-m', 'immediate', '-w', 'stop'));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Where Debian keeps the programs of the newest version there is. */
function newestOf(versions: string): string {
  const [newest = '15'] = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  return join(versions, newest, 'bin');
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function run(program: string, ...args: string[]): Promise<void> {
  // Not 'close', which a server that keeps the pipes open would put off for ever.
  const [status] = (await once(spawn(...command(program, ...args)), 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${status}`);
}

function command(program: string, ...args: string[]): [string, string[], SpawnOptions] {
  const [first = '', ...rest] = [...inPostgresName, join(BINARIES, program), ...args];
  return [first, rest, { cwd: tmpdir(), stdio: 'ignore' }];
}
