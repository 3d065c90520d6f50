import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { migrations } from '../helper/migrations.js';
import { newPurpose } from '../helper/documents.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

// Processes start slowly on a busy machine.
jest.setTimeout(90_000);

const server = process.env.TEST_DATABASE_URL;
const database = `call_purposes_replicas_${process.pid}`;

async function query<Row extends object>(statement: string, url = server): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

const withServer = describeUnless('Replicas', withoutServer);

withServer('Replicas on one server', () => {
  let replicas: ServiceProcess[];
  let url: string;

  beforeAll(async () => {
    await query(`create database ${database}`);
    url = Object.assign(new URL(server ?? ''), { pathname: `/${database}` }).href;
    const env = { DATABASE_URL: url, DATA_DIR: makeDirectory() };
    replicas = await Promise.all(Array.from({ length: 4 }, () => startService(env)));
  });
  afterAll(async () => {
    await cleanUp();
    await query(`drop database ${database} with (force)`);
  });

  it('Started at once on an empty database migrate it once', async () => {
    expect(await query('select count(*)::integer as count from migration', url)).toEqual([
      { count: migrations.length },
    ]);
    expect(await query('select count(*)::integer as count from call_purpose', url)).toEqual([{ count: 11 }]);
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
