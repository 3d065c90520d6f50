import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrations } from '../helper/migrations.js';
import { newPurpose } from '../helper/documents.js';
import { type OwnServer, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

describeUnless('Replicas', noOwnServer)('Replicas on one server', () => {
  let server: OwnServer;
  let replicas: ServiceProcess[];

  async function query<Row extends object>(statement: string): Promise<Row[]> {
    const client = new pg.Client(server.url);
    await client.connect();
    return (await client.query<Row>(statement).finally(() => client.end())).rows;
  }

  beforeAll(async () => {
    server = await ownServer();
    const env = { DATABASE_URL: server.url, DATA_DIR: makeDirectory() };
    replicas = await Promise.all(Array.from({ length: 4 }, () => startService(env)));
  });
  afterAll(async () => {
    await cleanUp();
    server?.remove();
  });

  it('Started at once on an empty database migrate it once', async () => {
    expect(await query('select count(*)::integer as count from migration')).toEqual([{ count: migrations.length }]);
    expect(await query('select count(*)::integer as count from call_purpose')).toEqual([{ count: 11 }]);
  });

  it('All serve, and accept the tokens of each other', async () => {
    const { token } = replicas[0] as ServiceProcess;

    for (const replica of replicas) {
      const { status, resources } = await replica.request('GET', '/callPurposes', { token });

      expect(status).toBe(200);
      expect(resources).toHaveLength(11);
    }
  });

  it('Give new purposes orders of their own, without gaps', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const replica = replicas[index % replicas.length] as ServiceProcess;
        return replica.request('POST', '/callPurposes', { data: newPurpose({ name: `Parallel ${index}` }) });
      }),
    );

    const orders = answers.map(({ resource }) => Number(resource.attributes.order)).sort((a, b) => a - b);
    expect(orders).toEqual(Array.from({ length: 20 }, (_, index) => 12 + index));
  });
});
