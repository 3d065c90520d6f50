import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { type TestDatabase, createTestDatabase } from '../helper/database.js';
import { newPurpose } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

const onServer = describeUnless('Requests repeated to several processes', withoutServer);

onServer('Two processes that get a request with the same key', () => {
  let database: TestDatabase;
  let services: [Service, Service];
  let clients: [Client, Client];

  beforeAll(async () => {
    database = await createTestDatabase();
    services = [await build({}, database), await build({}, database)];
    clients = [services[0].as('ada'), services[1].as('ada')];
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()));
    await database.drop();
  });

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

const isOriginal = ({ status, headers }: Answer) => status === 201 && headers['idempotent-replayed'] === undefined;

/** Until a statement waits for a lock that the client holds. */
async function waiting(client: pg.Client): Promise<void> {
  const statement = `select 1 from pg_locks where not granted and relation = 'call_purpose'::regclass`;
  while ((await client.query(statement)).rowCount === 0) await sleep(5);
}
