import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Connections } from '../../src/database/connections.js';
import { ServedResources } from '../../src/json-api/nest/served-resources.js';
import { type Service, build } from '../helper/build.js';
import { type TestDatabase, createTestDatabase } from '../helper/database.js';
import { change, newCall, newPurpose, pathOf } from '../helper/documents.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

const WAIT_MS = 300;

interface Times {
  begun: string;
  created: string;
  updated: string;
}

describe('The times of a change', () => {
  let service: Service;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    service = await build({}, database);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  /** Runs the statement in a transaction that began a while ago. @returns when it began, and what the row has */
  async function late(statement: string): Promise<Times> {
    const connections = service.app.get(Connections, { strict: false });
    const rows = await connections.transaction(async () => {
      await connections.query({ text: 'select pg_sleep($1)', values: [WAIT_MS / 1_000] });
      return connections.query({
        text: `${statement} returning now()::text as begun, created_at::text as created, updated_at::text as updated`,
        values: [],
      });
    });
    return rows[0] as unknown as Times;
  }

  const since = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

  it.each([
    ['a call', `insert into call (direction) values ('inbound')`],
    ['a call purpose', `insert into call_purpose (name, name_key) values ('New', 'new')`],
    ['a user', `insert into api_user (subject) values ('new')`],
  ])('Are those of the insert of %s, and not of the beginning of its transaction', async (_, insert) => {
    const { begun, created, updated } = await late(insert);
    expect(since(begun, created)).toBeGreaterThanOrEqual(WAIT_MS - 1);
    expect(updated).toBe(created);
  });

  it.each([
    ['a call', `update call set note = 'changed'`],
    ['a call purpose', `update call_purpose set name = 'changed' where id = 1`],
    ['a user', `update api_user set name = 'changed'`],
  ])('Are those of the update of %s', async (_, update) => {
    await service.sql(`insert into api_user (subject) values ('kept') on conflict do nothing`);
    await service.sql(`insert into call (direction) values ('inbound')`);
    const { begun, created, updated } = await late(update);
    expect(since(begun, updated)).toBeGreaterThanOrEqual(WAIT_MS - 1);
    expect(since(begun, created)).toBeLessThan(0);
  });

  it('Are kept as they are given', async () => {
    const [row] = await service.sql(
      `insert into call (direction, created_at, updated_at) values ('inbound', '2020-01-01Z', '2020-01-02Z')
       returning created_at = '2020-01-01Z' and updated_at = '2020-01-02Z' as kept`,
    );
    expect(row).toEqual({ kept: true });
  });

  it('Are not touched by what changes nothing', async () => {
    const statement = `insert into api_user (subject, updated_at) values ('quiet', '2020-01-02Z')`;
    await service.sql(statement);
    const [row] = await service.sql(
      `update api_user set name = name where subject = 'quiet' returning updated_at = '2020-01-02Z' as kept`,
    );
    expect(row).toEqual({ kept: true });
  });

  describeUnless('Changes that wait for each other', withoutServer)('Of a request that waited for a lock', () => {
    it.each([
      ['PATCH of a call', '/calls', newCall()],
      ['PATCH of a call purpose', '/callPurposes', newPurpose({ name: 'Waits' })],
    ])('Are later than what a sync has read meanwhile: %s', async (_, path, made) => {
      const ada = service.as('ada');
      const { resource } = await ada.post(path, made);
      const holder = new pg.Client(database.env.DATABASE_URL);
      await holder.connect();
      try {
        await holder.query('begin');
        const table = path === '/calls' ? 'call' : 'call_purpose';
        await holder.query(`select from ${table} where id = $1 for update`, [resource.id]);
        const attributes = path === '/calls' ? { note: 'late' } : { name: 'Waited' };
        const patch = ada.patch(pathOf(resource), change(resource, attributes));
        await sleep(WAIT_MS);
        const synced = await ada.post('/calls', newCall());
        await holder.query('commit');
        const { status, resource: changed } = await patch;
        expect(status).toBe(200);
        const [late, read] = [changed, synced.resource].map(({ attributes: { updatedAt } }) => String(updatedAt));
        expect(since(String(read), String(late))).toBeGreaterThanOrEqual(0);
      } finally {
        await holder.end();
      }
    });
  });
});

describe('A time that documents can not show', () => {
  let service: Service;

  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  it.each(['infinity', '-infinity', '0044-03-15 12:00:00Z BC', '10000-01-01 00:00:00Z'])(
    'Is refused by the database in every attribute: %s',
    async (time) => {
      await service.as('ada').post('/calls', newCall());
      for (const { table, attributes } of service.app.get(ServedResources, { strict: false }).all()) {
        for (const { type, column } of Object.values(attributes)) {
          if (type !== 'date-time') continue;
          const failure = service.sql(`update ${table} set ${column} = '${time}'`).then(() => 'none', codeOf);
          // The time of a change is what the trigger says.
          expect({ table, column, code: await failure }).toEqual({
            table,
            column,
            code: column === 'updated_at' ? 'none' : '23514',
          });
        }
      }
      const insert = `insert into call (direction, updated_at) values ('inbound', '${time}')`;
      await expect(service.sql(insert)).rejects.toMatchObject({ code: '23514' });
    },
  );

  it.each([
    ['infinity', '9999-12-31T23:59:59.999Z'],
    ['-infinity', '0001-01-01T00:00:00.000Z'],
    ['0044-03-15 12:00:00Z BC', '0001-01-01T00:00:00.000Z'],
    ['10000-01-01 00:00:00Z', '9999-12-31T23:59:59.999Z'],
  ])('Hides nothing else where it is there all the same: %s', async (time, shown) => {
    await service.sql('alter table call disable trigger user');
    await service.sql(`insert into call (direction, "from", dialed_at) values ('inbound', ?, '${time}')`, [time]);
    await service.sql('alter table call enable trigger user');
    const { status, resources } = await service.as('ada').get(`/calls?filter[from]=${encodeURIComponent(time)}`);
    expect({ status, shown: resources.map(({ attributes }) => attributes.dialedAt) }).toEqual({
      status: 200,
      shown: [shown],
    });
  });
});

const codeOf = (error: { code?: string }): string | undefined => error.code;
