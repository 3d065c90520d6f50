import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type BreakableProxy, breakableProxy } from '../helper/breakable-proxy.js';
import { newCall, newPurpose } from '../helper/documents.js';
import { Load } from '../helper/load.js';
import { type OwnServer, freePort, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDirectory, run, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

const withOwnServer = describeUnless('Outages of the database', noOwnServer);

const REQUESTS = [
  () => ['GET', '/callPurposes'],
  () => ['GET', '/calls?page[size]=5&include=callPurpose'],
  () => ['POST', '/callPurposes', { data: newPurpose({ name: randomUUID() }) }],
  () => ['POST', '/calls', { data: newCall() }],
  () => ['GET', '/callPurposes?filter[name]=Demo&count=true'],
] as (() => [string, string, unknown?])[];

withOwnServer('While the database is away', () => {
  let server: OwnServer;
  let proxy: BreakableProxy;
  let service: ServiceProcess;
  let load: Load;

  beforeAll(async () => {
    server = await ownServer();
    proxy = await breakableProxy({ host: '127.0.0.1', port: server.port });
    await query('create role service login superuser connection limit 40');
    const url = `postgresql://service@127.0.0.1:${proxy.port}/postgres`;
    service = await startService({ DATABASE_URL: url, DATA_DIR: makeDirectory(), LOG_LEVEL: 'error' });
  });
  afterAll(async () => {
    await cleanUp();
    proxy?.close();
    server?.remove();
  });

  beforeEach(async () => {
    load = new Load(service.api, service.token, REQUESTS, 24);
    await load.until(200);
  });
  afterEach(async () => {
    await load.stop();
  });

  async function query(statement: string): Promise<void> {
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(statement);
    await admin.end();
  }

  /** Readiness may be remembered for a moment. */
  async function expectHealth(kind: string, status: number): Promise<void> {
    const from = performance.now();
    while ((await fetch(new URL(`/health/${kind}`, service.api))).status !== status) {
      expect(performance.now() - from).toBeLessThan(2_000);
      await sleep(50);
    }
  }

  /** What every outage comes to: answers or 503, all of them documents and none late, and a service that lives on. */
  async function expectSteadiness(): Promise<void> {
    const shots = await load.stop();
    expect(shots.filter(({ sound }) => !sound)).toEqual([]);
    expect([...new Set(shots.map(({ status }) => status))].sort()).toEqual([200, 201, 503]);
    expect(Math.max(...shots.map(({ milliseconds }) => milliseconds))).toBeLessThan(5_000);
    expect(service.stderr()).toBe('');
  }

  it.each(['fast', 'immediate'] as const)(
    'Answers 503 after a stop (%s), and again 200 once it is back',
    async (mode) => {
      await server.stop(mode);
      await load.until(503);
      await expectHealth('ready', 503);
      await expectHealth('live', 200);
      await sleep(1_000);
      await server.start();

      expect(await load.until(200)).toBeLessThan(5_000);
      await expectSteadiness();
      await expectHealth('ready', 200);
    },
  );

  it('Answers 503 when a silent network leads to it, and again 200 when it speaks', async () => {
    proxy.silence();
    await load.until(503);
    const asked = performance.now();
    await expectHealth('ready', 503);
    expect(performance.now() - asked).toBeLessThan(1_500);
    await sleep(3_000);
    proxy.restore();

    expect(await load.until(200)).toBeLessThan(5_000);
    await expectSteadiness();
  });

  it('Gets over a silence that ends without a closed connection', async () => {
    proxy.silence();
    await load.until(503);
    proxy.speak();

    expect(await load.until(200)).toBeLessThan(5_000);
    await expectSteadiness();
  });

  it('Answers 503 to statements that wait for too long, and to those that get no connection meanwhile', async () => {
    const holder = new pg.Client(server.url);
    await holder.connect();
    // In the order of the service's own statements, against deadlocks.
    await holder.query('begin; lock table call, call_purpose in access exclusive mode');
    await load.until(503);
    await sleep(4_000);
    await holder.query('rollback');
    await holder.end();

    expect(await load.until(200)).toBeLessThan(5_000);
    await expectSteadiness();
  });

  it('Gets over ended backends', async () => {
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'`;
    for (let round = 0; round < 10; round++) {
      await query(end);
      await sleep(100);
    }

    expect(await load.until(200)).toBeLessThan(5_000);
    await expectSteadiness();
  });

  it.each([
    ['has no connection left', 'alter role service connection limit 0', 'alter role service connection limit 40'],
    ['refuses the user', 'alter role service nologin', 'alter role service login'],
    ['takes no writes', 'alter role service set default_transaction_read_only = on', 'alter role service reset all'],
  ])('Answers 503 when it %s', async (_, breaking, mending) => {
    // Superusers are let in where others are not.
    await query('alter role service nosuperuser; grant pg_read_all_data, pg_write_all_data to service');
    const endAll = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'`;
    await query(`${breaking}; ${endAll}`);
    await load.until(503);
    await query(`${mending}; ${endAll}`);

    expect(await load.until(201)).toBeLessThan(5_000);
    await expectSteadiness();
  });

  it('Remembers answers again afterwards, as the change feed has come back', async () => {
    await query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'service'`);
    const listeners = `select 1 from pg_stat_activity where application_name = 'call-purposes listener'`;
    const client = new pg.Client(server.url);
    await client.connect();
    for (let waited = 0; (await client.query(listeners)).rowCount !== 1; waited += 100) {
      expect(waited).toBeLessThan(5_000);
      await sleep(100);
    }
    await client.end();
  });

  it('Ends in time when it is told to', async () => {
    await server.stop('fast');
    await load.until(503);
    const from = performance.now();
    const ending = service.end('SIGTERM');
    await load.stop();

    expect(await ending).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - from).toBeLessThan(10_000);
    await server.start();
  });
});

describe('A start with the database away', () => {
  const env = (port: number, wait: number) => ({
    DATABASE_URL: `postgresql://postgres:secret@127.0.0.1:${port}/postgres`,
    DATABASE_WAIT_SECONDS: String(wait),
    DATA_DIR: makeDirectory(),
    PORT: '0',
    LOG_LEVEL: 'error',
  });

  it('Ends after the time it may wait, with a message that says why', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await run('main', [], env(port, 1));

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('secret');
  });

  (noOwnServer ? it.skip : it)('Waits for it', async () => {
    const server = await ownServer();
    try {
      await server.stop('fast');
      const starting = startService(env(server.port, 60));
      await sleep(3_000);
      await server.start();

      const service = await starting;
      expect((await service.request('GET', '/callPurposes')).status).toBe(200);
      await service.end('SIGTERM');
    } finally {
      server.remove();
    }
  });
});
