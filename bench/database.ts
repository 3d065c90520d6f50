import { spawnSync } from 'node:child_process';
import pg from 'pg';
import type { TrialFacts, TrialPurpose } from './dialects/dialect.js';

/** Where databases may be made. */
export const SERVER = process.env.BENCH_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

/** What requests are made from, where they need nothing particular. */
export const NO_FACTS: TrialFacts = {
  heavyPurpose: '1',
  deepCall: '1',
  deepDate: '',
  purposes: [],
  constant: [],
  changing: [],
};

const NAME = 'call_purposes_bench';
const CALLS = 1_000_000;
const PURPOSES = 60;
const HEAVY = 'Everything';

/** The trial database, on the server of `BENCH_DATABASE_URL`. */
export class TrialDatabase {
  private constructor(
    private readonly serverUrl: string,
    readonly url: string,
    private readonly client: pg.Client,
  ) {}

  /**
   * Opens the database, which is made when missing or incomplete: a million calls with one purpose, a tenth as many with the
   * others.
   * @param fresh makes it in any case
   */
  static async prepare(serverUrl: string, fresh: boolean): Promise<TrialDatabase> {
    const { href: url } = Object.assign(new URL(serverUrl), { pathname: `/${NAME}` });
    if (fresh || !(await isPrepared(serverUrl, url))) await make(serverUrl, url);
    const client = new pg.Client(url);
    await client.connect();
    const database = new TrialDatabase(serverUrl, url, client);
    await database.removeCreated();
    return database;
  }

  /** What the requests are made from. */
  async facts(): Promise<TrialFacts> {
    const purposes = await this.rows<TrialPurpose>(`
      select id, name, "order", to_json(created_at) #>> '{}' as "createdAt", to_json(updated_at) #>> '{}' as "updatedAt"
      from call_purpose where deleted_at is null order by "order", id`);
    const heavyPurpose = purposes.find(({ name }) => name === HEAVY)?.id ?? '';
    const [deep] = await this.rows<{ id: string }>(
      `select id from call where call_purpose_id = ${heavyPurpose} order by id limit 1 offset ${CALLS / 2}`,
    );
    const [late] = await this.rows<{ date: Date }>(
      `select created_at as date from call order by created_at, id limit 1 offset ${CALLS / 2}`,
    );
    const others = purposes.filter(({ id }) => id !== heavyPurpose).map(({ id }) => id);
    return {
      heavyPurpose,
      deepCall: deep?.id ?? '',
      deepDate: late?.date.toISOString() ?? '',
      purposes,
      constant: others.slice(0, PURPOSES / 2),
      changing: others.slice(PURPOSES / 2),
    };
  }

  /** Takes away what loads have created. */
  async removeCreated(): Promise<void> {
    await this.client.query(`delete from call_purpose where name like 'Bench %'`);
    await this.client.query('vacuum analyze call_purpose');
  }

  /** A purpose without calls. @returns its id */
  async addUnusedPurpose(): Promise<string> {
    const [row] = await this.rows<{ id: string }>(
      `insert into call_purpose (name, name_key) values ('Bench unused', 'bench unused') returning id`,
    );
    return row?.id ?? '';
  }

  /** Brings a purpose back. */
  async restorePurpose(id: string): Promise<void> {
    await this.client.query('update call_purpose set deleted_at = null where id = $1', [id]);
  }

  async version(): Promise<string> {
    const [row] = await this.rows<{ version: string }>('show server_version');
    return `PostgreSQL ${Object.values(row ?? {})[0]}`;
  }

  /** @param keep for the next run */
  async close(keep: boolean): Promise<void> {
    await this.removeCreated();
    await this.client.end();
    if (!keep) await onServer(this.serverUrl, `drop database ${NAME} with (force)`);
  }

  private async rows<Row extends object>(statement: string): Promise<Row[]> {
    return (await this.client.query<Row>(statement)).rows;
  }
}

async function isPrepared(serverUrl: string, url: string): Promise<boolean> {
  const { rows: found } = await onServer(serverUrl, `select 1 from pg_database where datname = '${NAME}'`);
  if (found.length === 0) return false;
  const counts = await onServer(
    url,
    `select count(*)::int as calls, (select count(*)::int from call_purpose where deleted_at is null) as purposes
     from call join call_purpose purpose on purpose.id = call_purpose_id where purpose.name = '${HEAVY}' and deleted_at is null`,
  ).catch(() => ({ rows: [] }));
  const [row] = counts.rows as { calls: number; purposes: number }[];
  return row !== undefined && row.calls >= CALLS && row.purposes >= PURPOSES;
}

async function make(serverUrl: string, url: string): Promise<void> {
  console.log(`Preparing the database ${NAME} …`);
  await onServer(serverUrl, `drop database if exists ${NAME} with (force)`);
  await onServer(serverUrl, `create database ${NAME}`);
  runProgram(url, 'migrate.js');
  await onServer(
    url,
    `insert into call_purpose (name, name_key, "order")
     select name, lower(name), 100 + n
     from generate_series((select count(*) from call_purpose) + 1, ${PURPOSES}) as n,
       lateral (select case n when ${PURPOSES} then '${HEAVY}' else 'Purpose ' || n end) as named (name)`,
  );
  const { rows } = await onServer(url, `select id, name from call_purpose`);
  const purposes = rows as { id: string; name: string }[];
  const ids = (heavy: boolean) => purposes.filter(({ name }) => (name === HEAVY) === heavy).map(({ id }) => id);
  // Some calls of any have no purpose, so that the million needs a few more.
  runProgram(url, 'seed-calls.js', '--count', String(CALLS * 1.06), '--purposes', ids(true).join());
  runProgram(url, 'seed-calls.js', '--count', String(CALLS / 10), '--purposes', ids(false).join(), '--seed', '2');
  await onServer(url, 'vacuum analyze');
}

/** Does the task on a new database of that name with so many calls, which is dropped afterwards. */
export async function withCalls(name: string, calls: number, task: (url: string) => Promise<void>): Promise<void> {
  const { href: url } = Object.assign(new URL(SERVER), { pathname: `/${name}` });
  await onServer(SERVER, `drop database if exists ${name} with (force)`);
  await onServer(SERVER, `create database ${name}`);
  try {
    runProgram(url, 'migrate.js');
    runProgram(url, 'seed-calls.js', '--count', String(calls));
    await task(url);
  } finally {
    await onServer(SERVER, `drop database ${name} with (force)`);
  }
}

/** Runs one of the service's own programs on the database. */
export function runProgram(url: string, program: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [`dist/src/cli/${program}`, ...args], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${program} failed.`);
}

/** Runs one statement on a server. */
export async function onServer(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
