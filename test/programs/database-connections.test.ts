import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { newCall, newPurpose } from '../helper/documents.js';
import { Load } from '../helper/load.js';
import { type OwnServer, inPostgresName, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type Pooler, noPooler, startPooler } from '../helper/pooler.js';
import { type ServiceProcess, cleanUp, makeDirectory, run, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

const withPooler = describeUnless('Poolers', noPooler, noOwnServer);
const noTls = noOwnServer ?? (spawnSync('openssl', ['version']).status === 0 ? null : 'openssl is not installed');
const withTls = describeUnless('Connections over TLS', noTls);

const REQUESTS = [
  () => ['GET', '/callPurposes'],
  () => ['GET', '/calls?page[size]=5&include=callPurpose&count=true'],
  () => ['POST', '/callPurposes', { data: newPurpose({ name: randomUUID() }) }],
  () => ['POST', '/calls', { data: newCall() }],
  () => ['GET', '/users?filter[name]=Ada'],
  () => ['GET', '/callPurposes?filter[name]=Demo&sort=-createdAt'],
] as (() => [string, string, unknown?])[];

withPooler('Behind PgBouncer in transaction mode', () => {
  let server: OwnServer;
  let pooler: Pooler;
  let pair: [ServiceProcess, ServiceProcess];

  beforeAll(async () => {
    server = await ownServer();
  });
  afterEach(async () => {
    await cleanUp();
    await pooler.stop();
  });
  afterAll(() => server?.remove());

  /** Starts two services at once on a database that is empty, with the settings of the pooler and their own. */
  async function start(settings: Record<string, string | number>, env: (direct: string) => Record<string, string>) {
    const database = `purposes_${randomUUID().replaceAll('-', '')}`;
    pooler = await startPooler({ host: '127.0.0.1', port: server.port, user: 'postgres' }, settings);
    const direct = await server.createDatabase(database);
    const pooled = Object.assign(new URL(direct), { port: pooler.port }).href;
    const all = { DATABASE_URL: pooled, DATA_DIR: makeDirectory(), ...env(direct) };
    pair = await Promise.all([startService(all), startService(all)]);
    return direct;
  }

  async function query(statement: string, url: string): Promise<void> {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  const nameAt = async (service: ServiceProcess, id: string) =>
    (await service.request('GET', `/callPurposes/${id}`)).resource.attributes.name;

  /** Many different statements at once, through few sessions of the server. */
  async function expectService(): Promise<void> {
    const loads = pair.map((service) => new Load(service.api, service.token, REQUESTS, 12));
    await sleep(2_000);
    for (const load of loads) {
      const shots = await load.stop();
      expect(shots.filter(({ sound }) => !sound)).toEqual([]);
      expect([...new Set(shots.map(({ status }) => status))].sort()).toEqual([200, 201]);
    }
    const [one, other] = pair;
    for (let round = 0; round < 10; round++) {
      const attributes = { name: `Round ${round}` };
      await one.request('PATCH', '/callPurposes/1', { data: { type: 'callPurpose', id: '1', attributes } });
      expect(await nameAt(one, '1')).toBe(attributes.name);
      await expectSoon(async () => (await nameAt(other, '1')) === attributes.name);
    }
  }

  /** Whether the name of a purpose that was read is shown again although it has changed without a word. */
  async function remembers(service: ServiceProcess, url: string): Promise<boolean> {
    const before = await nameAt(service, '2');
    await query(
      `alter table call_purpose disable trigger notify; update call_purpose set name = '${randomUUID()}' where id = 2;
       alter table call_purpose enable trigger notify`,
      url,
    );
    return (await nameAt(service, '2')) === before;
  }

  it('Everything works with a direct connection for LISTEN, and answers are remembered', async () => {
    const url = await start({}, (direct) => ({ DATABASE_LISTEN_URL: direct }));

    await expectService();
    await expectSoon(() => remembers(pair[0], url), 10_000);
    for (const service of pair) expect(service.stdout() + service.stderr()).not.toContain('WARN');
  });

  it.each<[string, Record<string, string | number>]>([
    ['as it is out of the box', {}],
    ['that lets start-up parameters pass', { ignore_startup_parameters: 'statement_timeout,extra_float_digits' }],
    ['with two sessions of the server', { default_pool_size: 2 }],
  ])('Everything works without one, with a pooler %s, and no answer is remembered', async (_, settings) => {
    const url = await start(settings, () => ({}));

    await expectService();
    for (let second = 0; second < 5; second++) {
      expect(await remembers(pair[0], url)).toBe(false);
      await sleep(500);
    }
    for (const service of pair) expect(service.stdout().match(/DATABASE_LISTEN_URL/g)).toHaveLength(1);
  });

  it('Timestamps are what they are, whatever the server, and others that share its sessions, say of dates', async () => {
    const defaults = `alter role postgres set TimeZone = 'Europe/Berlin'; alter role postgres set DateStyle = 'German'`;
    await query(defaults, server.url);
    try {
      const url = await start({ default_pool_size: 2 }, () => ({}));
      const [service] = pair;
      const shared = url.replace(`:${server.port}/`, `:${pooler.port}/`);
      for (const dialedAt of ['0001-01-01T00:00:00.000Z', '1883-11-18T17:00:00.120Z', '2026-02-01T00:00:00.000Z']) {
        await query(`set TimeZone = 'Asia/Kolkata'; set DateStyle = 'SQL, DMY'`, shared);
        const { status, resource } = await service.request('POST', '/calls', { data: newCall({ dialedAt }) });
        expect({ status, dialedAt: resource.attributes.dialedAt }).toEqual({ status: 201, dialedAt });
        await query(`set TimeZone = 'America/New_York'; set DateStyle = 'Postgres'`, shared);
        const { resources } = await service.request('GET', `/calls?filter[dialedAt]=${dialedAt}`);
        expect(resources.map(({ attributes }) => attributes.dialedAt)).toEqual([dialedAt]);
      }
    } finally {
      await query('alter role postgres reset all', server.url);
    }
  });

  it('Answers 503 while the server is away, and as before when it is back', async () => {
    await start({ server_login_retry: 1 }, (direct) => ({ DATABASE_LISTEN_URL: direct }));
    const [service] = pair;
    const load = new Load(service.api, service.token, REQUESTS, 12);
    await load.until(201);
    await server.stop('fast');
    await load.until(503);
    await sleep(2_000);
    await server.start();

    expect(await load.until(201)).toBeLessThan(5_000);
    const shots = await load.stop();
    expect(shots.filter(({ sound }) => !sound)).toEqual([]);
    expect([...new Set(shots.map(({ status }) => status))].sort()).toEqual([200, 201, 503]);
    expect(Math.max(...shots.map(({ milliseconds }) => milliseconds))).toBeLessThan(5_000);
  });
});

withTls('With sslmode in DATABASE_URL', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await ownServer();
  });
  afterAll(async () => {
    await cleanUp();
    server?.remove();
  });

  const settings = (url: string) => ({ DATABASE_URL: url, DATA_DIR: makeDirectory() });

  it('Every connection is one over TLS', async () => {
    const file = (name: string) => join(server.directory, name);
    const files = ['-keyout', file('server.key'), '-out', file('server.crt')];
    const request = ['openssl', 'req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=localhost', ...files];
    const [command = '', ...args] = [...inPostgresName, ...request];
    expect(spawnSync(command, args, { stdio: 'ignore' }).status).toBe(0);
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query('alter system set ssl = on');
    await client.query('select pg_reload_conf()');
    await client.end();

    const service = await startService(settings(`${server.url}?sslmode=no-verify`));
    expect((await service.request('GET', '/calls')).status).toBe(200);

    const watcher = new pg.Client(server.url);
    await watcher.connect();
    const { rows } = await watcher.query(
      `select application_name, bool_and(ssl) as ssl from pg_stat_ssl join pg_stat_activity using (pid)
       where application_name like 'call-purposes%' group by 1 order by 1`,
    );
    await watcher.end();
    expect(rows).toEqual([
      { application_name: 'call-purposes', ssl: true },
      { application_name: 'call-purposes listener', ssl: true },
    ]);
  });

  it('A certificate that no authority has signed is believed when it is given, under its own name', async () => {
    const byName = server.url.replace('127.0.0.1', 'localhost');
    const root = `sslrootcert=${join(server.directory, 'server.crt')}`;
    const { code, stderr } = await run('main', [], settings(`${byName}?sslmode=verify-full`));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('self-signed certificate') });

    const service = await startService(settings(`${byName}?sslmode=verify-full&${root}`));
    expect((await service.request('GET', '/calls')).status).toBe(200);
  });
});

async function expectSoon(holds: () => Promise<boolean>, within = 3_000): Promise<void> {
  for (const deadline = performance.now() + within; !(await holds()); await sleep(20))
    expect(performance.now()).toBeLessThan(deadline);
}
