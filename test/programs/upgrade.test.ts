import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { migrations } from '../helper/migrations.js';
import { newCall } from '../helper/documents.js';
import { Ledger } from '../helper/ledger.js';
import { type OwnServer, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { PreviousRelease, previousData, previousDatabase } from '../helper/previous-release.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

jest.setTimeout(120_000);

const withOwnServer = describeUnless('Upgrades while the previous release serves', noOwnServer);

withOwnServer('While the previous release serves from a database', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await ownServer();
  });
  afterAll(async () => {
    await cleanUp();
    server?.remove();
  });

  async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(url);
    await client.connect();
    return ((await client.query(statement).finally(() => client.end())) as pg.QueryResult<Record<string, unknown>>)
      .rows;
  }

  /** @returns the URL of a database of the previous release */
  async function makeDatabase(name: string): Promise<string> {
    const url = await server.createDatabase(name);
    await query(url, previousDatabase);
    return url;
  }

  it('The new one starts and migrates it, and both go on', async () => {
    const url = await makeDatabase('upgraded');
    const contents = () => Promise.all(Object.values(previousData).map((statement) => query(url, statement)));
    const before = await contents();
    expect(before.map((rows) => rows.length)).toEqual([1, 13, 3]);
    const previous = new PreviousRelease(url);
    await previous.listen();
    await previous.work();

    let worked = 0;
    let serving = true;
    const work = Array.from({ length: 3 }, async () => {
      for (; serving; worked++) await previous.work();
    });
    const both = async (): Promise<ServiceProcess> => {
      const env = { DATABASE_URL: url, DATA_DIR: makeDirectory(), RATE_LIMIT: '0', LOG_LEVEL: 'warn' };
      const service = await startService(env);
      const ledger = new Ledger();
      ledger.start(service);
      await ledger.untilAcknowledged(100, 30_000);
      for (const enough = worked + 6; worked < enough;) await sleep(20);
      await ledger.stop();
      expect(ledger.unanswered).toBe(0);
      expect(await ledger.settle(service)).toEqual([]);
      return service;
    };
    const service = await Promise.race([
      both(),
      ...work.map((one) => one.then(() => Promise.reject(new Error('Done.')))),
    ]);
    serving = false;
    await Promise.all(work.map((one) => one.catch(() => undefined)));

    expect(await contents()).toEqual(before);
    expect(await query(url, 'select name from migration')).toHaveLength(migrations.length);

    // What the one writes, the other one shows.
    const read = () => service.request('GET', '/callPurposes?page[size]=1000');
    await read();
    const made = await previous.makePurpose('Made by the previous release', '1');
    const shown = async () => (await read()).resources.some(({ id }) => id === made.id);
    for (const from = performance.now(); !(await shown()); await sleep(20))
      expect(performance.now() - from).toBeLessThan(5_000);
    const data = newCall({ note: 'of the new one' }, { type: 'callPurpose', id: made.id });
    expect((await service.request('POST', '/calls', { data })).status).toBe(201);
    await previous.work();

    await previous.end();
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['renames a column', 'alter table call_purpose rename column name_key to comparison_key'],
    [
      'asks for a new value',
      `alter table call_purpose add column team text not null default ''; alter table call_purpose alter column team drop default`,
    ],
    ['gives no order', 'alter table call_purpose alter column "order" drop default'],
    ['changes a type', 'alter table call alter column note type integer using null'],
    ['counts no versions', 'drop trigger touch on call'],
    ['tells of no changes', 'drop trigger notify on call_purpose; drop trigger notify on api_user'],
  ])('A migration that %s would not go unnoticed', async (what, migration) => {
    const url = await makeDatabase(what.replaceAll(' ', '_'));
    const previous = new PreviousRelease(url);
    await previous.listen();
    await previous.work();
    await query(url, migration);

    await expect(previous.work()).rejects.toThrow();
    await previous.end();
  });
});
