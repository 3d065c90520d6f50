import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { type TestDatabase, createTestDatabase } from '../helper/database.js';
import { newPurpose } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { type ServiceProcess, cleanUp, makeDataDirectory, startService } from '../helper/process.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

// Processes start slowly on a busy machine.
jest.setTimeout(120_000);

const server = process.env.TEST_DATABASE_URL;

const DEATHS = 3;
const WRITERS = 8;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await cleanUp();
  await database.drop();
});

describe('Requests with an Idempotency-Key that are repeated', () => {
  let env: Record<string, string>;
  /** The first test leaves it to the second, as each start takes seconds. */
  let service: ServiceProcess;

  beforeAll(() => {
    env = { DATA_DIR: makeDataDirectory(), ...(server && database.env) };
  });

  it(`After SIGKILL in the midst of writes are done once, ${DEATHS} times over`, async () => {
    const sent = new Map<string, string>();
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < DEATHS; round++) {
      service = await startService(env);
      let dead = false;
      const write = async () => {
        while (!dead) {
          const [key, name] = [`"${randomUUID()}"`, unique(`Crash ${round}`)];
          sent.set(key, name);
          const answer = await postKeyed(service, name, key).catch(() => null);
          if (answer?.status === 201) acknowledged.set(key, answer.resource.id);
        }
      };
      const writers = Array.from({ length: WRITERS }, write);
      while (acknowledged.size < (round + 1) * 20) await sleep(10);
      await sleep(Math.random() * 100);
      await service.end('SIGKILL');
      dead = true;
      await Promise.all(writers);
    }

    service = await startService(env);
    for (const [key, name] of sent) {
      const { status, resource, headers } = await postKeyed(service, name, key);
      expect(status).toBe(201);
      if (!acknowledged.has(key)) continue;
      expect(resource.id).toBe(acknowledged.get(key));
      expect(headers.get('idempotent-replayed')).toBe('true');
    }
    const { resources } = await service.request('GET', '/callPurposes?filter[order]=12..inf&page[size]=1000');
    const names = resources.map(({ attributes }) => attributes.name).filter((name) => /^Crash/.test(String(name)));
    expect(names.sort()).toEqual([...sent.values()].sort());
  });

  it('After a restart get the first answer', async () => {
    const name = unique('Before the restart');
    const post = () => postKeyed(service, name, '"restart"');
    const before = await post();
    await service.end('SIGTERM');
    service = await startService(env);
    const after = await post();
    await service.end('SIGTERM');

    expect(before.status).toBe(201);
    expect({ ...after.resource, links: undefined }).toEqual({ ...before.resource, links: undefined });
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    expect(after.headers.get('idempotent-replayed')).toBe('true');
  });
});

const onServer = describeUnless('Requests repeated to several processes', withoutServer);

onServer('Two processes that get a request with the same key', () => {
  let services: [Service, Service];
  let clients: [Client, Client];

  beforeAll(async () => {
    services = [await build({}, database), await build({}, database)];
    clients = [services[0].as('ada'), services[1].as('ada')];
  });
  afterAll(() => Promise.all(services.map((service) => service.close())));

  const post = (client: Client, name: string, key: string) =>
    client.post('/callPurposes', newPurpose({ name }), { 'idempotency-key': key });

  const rowsNamed = (name: string) => services[0].sql('select id from call_purpose where name = ?', [name]);

  it('At the same moment do it once, and the other refuses it or has the answer', async () => {
    for (let round = 0; round < 100; round++) {
      const [key, name] = [randomUUID(), unique('Race')];
      const answers = await Promise.all(clients.map((client) => post(client, name, key)));

      expect(answers.filter(isOriginal)).toHaveLength(1);
      for (const { status } of answers) expect([201, 409]).toContain(status);
      expect(await rowsNamed(name)).toHaveLength(1);
      const again = await Promise.all(clients.map((client) => post(client, name, key)));
      expect(new Set(again.map(({ text }) => text))).toEqual(new Set([answers.find(isOriginal)?.text]));
    }
  });

  it('Refuse it at once while the other process is held up', async () => {
    const [key, name] = [randomUUID(), unique('Held up')];
    const holder = new pg.Client(database.env.DATABASE_URL);
    await holder.connect();
    await holder.query('begin; lock table call_purpose in exclusive mode');
    const first = post(clients[0], name, key);
    await waiting(holder);
    const from = performance.now();
    const second = await post(clients[1], name, key);
    expect(performance.now() - from).toBeLessThan(1_500);
    await holder.query('rollback');
    await holder.end();

    expect(second.status).toBe(409);
    expect(isOriginal(await first)).toBe(true);
    expect((await post(clients[1], name, key)).text).toBe((await first).text);
    expect(await rowsNamed(name)).toHaveLength(1);
  });

  it('Leave nothing behind when the write takes too long, and the key free', async () => {
    const [key, name] = [randomUUID(), unique('Too long')];
    const holder = new pg.Client(database.env.DATABASE_URL);
    await holder.connect();
    await holder.query('begin; lock table call_purpose in exclusive mode');
    expect((await post(clients[0], name, key)).status).toBe(503);
    await holder.query('rollback');
    await holder.end();

    expect(await rowsNamed(name)).toHaveLength(0);
    expect(isOriginal(await post(clients[1], name, key))).toBe(true);
    const idle = `select 1 from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()`;
    expect(await services[0].sql(idle)).toEqual([]);
  });
});

const postKeyed = (service: ServiceProcess, name: string, key: string) =>
  service.request('POST', '/callPurposes', { data: newPurpose({ name }), headers: { 'Idempotency-Key': key } });

const isOriginal = ({ status, headers }: Answer) => status === 201 && headers['idempotent-replayed'] === undefined;

/** Until a statement waits for a lock that the client holds. */
async function waiting(client: pg.Client): Promise<void> {
  const statement = `select 1 from pg_locks where not granted and relation = 'call_purpose'::regclass`;
  while ((await client.query(statement)).rowCount === 0) await sleep(5);
}
