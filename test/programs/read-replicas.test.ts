import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { type BreakableProxy, breakableProxy } from '../helper/breakable-proxy.js';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newCall, pathOf } from '../helper/documents.js';
import { type OwnServer, noOwnServer, ownServer, standbyOf } from '../helper/own-postgres.js';
import { describeUnless } from '../helper/this-run.js';

const withServers = describeUnless('Read replicas', noOwnServer);

withServers('With DATABASE_REPLICA_URLS', () => {
  let primary: OwnServer;
  let standby: OwnServer;
  /** The ways to the two, which can be broken. */
  let toPrimary: BreakableProxy;
  let toStandby: BreakableProxy;
  /** Two processes. */
  let services: [Service, Service];
  let clients: [Client, Client];

  beforeAll(async () => {
    primary = await ownServer();
    await on(primary, `alter system set log_statement = 'all'`);
    await on(primary, 'select pg_reload_conf()');
    standby = await standbyOf(primary);
    toPrimary = await breakableProxy({ host: '127.0.0.1', port: primary.port });
    toStandby = await breakableProxy({ host: '127.0.0.1', port: standby.port });
    const database = {
      env: {
        DATABASE_URL: `postgresql://postgres@127.0.0.1:${toPrimary.port}/postgres`,
        DATABASE_REPLICA_URLS: `postgresql://postgres@127.0.0.1:${toStandby.port}/postgres`,
      },
      drop: async () => undefined,
    };
    services = [await build({}, database), await build({}, database)];
    clients = [services[0].as('ada'), services[1].as('ada')];
    await clients[0].post('/calls', newCall({ note: 'The first' }));
    await clients[1].post('/calls', newCall({ note: 'The second' }));
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()));
    for (const part of [toPrimary, toStandby]) part.close();
    for (const server of [standby, primary]) server.remove();
  });

  async function on<Row extends object>(server: OwnServer, statement: string): Promise<Row[]> {
    const client = new pg.Client(server.url);
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  const isLevel = async () => {
    const [position] = await on<{ at: string }>(primary, 'select pg_current_wal_insert_lsn() as at');
    const [replayed] = await on<{ is: boolean }>(
      standby,
      `select pg_last_wal_replay_lsn() >= '${position?.at}'::pg_lsn as is`,
    );
    return replayed?.is === true;
  };

  /** Makes a request with that word in it. @returns who ran a statement with it, by their logs */
  async function whoRuns(request: (word: string) => Promise<unknown>): Promise<string[]> {
    const word = randomUUID();
    await request(word);
    return Object.entries({ primary, standby })
      .filter(([, server]) => server.log().includes(word))
      .map(([name]) => name);
  }

  const listing = (word: string, client = clients[0]) => client.get(`/calls?filter[from]=${word}`);

  /** Waits until reads go to the standby, as they do when it has been set aside for a while. */
  async function untilReadsAreShared(): Promise<void> {
    await eventually(20_000, isLevel);
    await eventually(20_000, async () => (await whoRuns(listing)).join() === 'standby');
  }

  it('Collections of calls and users are read from the replica', async () => {
    await untilReadsAreShared();

    expect(await whoRuns(listing)).toEqual(['standby']);
    expect(await whoRuns((word) => clients[0].get(`/users?filter[name]=${word}`))).toEqual(['standby']);
    const { resources, document } = await clients[0].get('/calls?count=true&include=user,callPurpose');
    expect(resources.map(({ attributes }) => attributes.note)).toEqual(['The first', 'The second']);
    expect(document.meta).toMatchObject({ count: 2 });
    expect(document.included).toHaveLength(1);
  });

  it.each<[string, (word: string) => Promise<unknown>]>([
    ['What is remembered', (word) => clients[0].get(`/callPurposes?filter[name]=${word}`)],
    ['What is written', (word) => clients[0].post('/calls', newCall({ from: word }))],
    ['What a user’s token says', (word) => services[0].as(word).get('/calls/1')],
  ])('%s is read from the primary', async (_, request) => {
    await untilReadsAreShared();

    expect(await whoRuns(request)).toEqual(['primary']);
  });

  it('No process is shown less than has been written, whoever wrote and however far the replica lags', async () => {
    let total = (await clients[0].get('/calls?count=true&page[size]=1')).document.meta?.count as number;
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ act: fc.constant('write'), who: fc.constantFrom(0, 1) }) },
      { weight: 6, arbitrary: fc.record({ act: fc.constant('read'), who: fc.constantFrom(0, 1) }) },
      { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('pause', 'resume', 'wait'), who: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        for (const { act, who } of steps) {
          const client = clients[who];
          if (act === 'pause') await on(standby, 'select pg_wal_replay_pause()');
          else if (act === 'resume') await on(standby, 'select pg_wal_replay_resume()');
          else if (act === 'wait') await sleep(20);
          else if (act === 'write') {
            expect((await client.post('/calls', newCall())).status).toBe(201);
            total += 1;
          } else {
            expect((await client.get('/calls?count=true&page[size]=1')).document.meta?.count).toBe(total);
          }
        }
      }),
      { numRuns: 10 },
    );
    await on(standby, 'select pg_wal_replay_resume()');
  });

  it('A call that is written shows at once, and one that is deleted never again, with a replica that stands still', async () => {
    await untilReadsAreShared();
    await on(standby, 'select pg_wal_replay_pause()');
    const { resource } = await clients[0].post('/calls', newCall({ note: 'Behind' }));

    for (const client of clients) {
      expect((await client.get(`/calls?filter[id]=${resource.id}`)).resources).toHaveLength(1);
    }
    expect(await whoRuns(listing)).toEqual(['primary']);
    await clients[0].delete(pathOf(resource));
    for (const client of clients) expect((await client.get(`/calls?filter[id]=${resource.id}`)).resources).toEqual([]);

    await on(standby, 'select pg_wal_replay_resume()');
    await untilReadsAreShared();
    for (const client of clients) expect((await client.get(`/calls?filter[id]=${resource.id}`)).resources).toEqual([]);
  });

  it('The same holds for a replica that applies everything late', async () => {
    await on(standby, `alter system set recovery_min_apply_delay = '300ms'`);
    await on(standby, 'select pg_reload_conf()');
    await untilReadsAreShared();
    for (let round = 0; round < 20; round++) {
      const { resource } = await clients[round % 2 ? 0 : 1].post('/calls', newCall());
      await sleep(round * 20);
      expect((await clients[round % 2 ? 1 : 0].get(`/calls?filter[id]=${resource.id}`)).resources).toHaveLength(1);
    }
    await on(standby, 'alter system reset recovery_min_apply_delay');
    await on(standby, 'select pg_reload_conf()');
  });

  it.each<[string, () => void | Promise<void>, () => void | Promise<void>]>([
    ['is away', () => standby.stop('immediate'), () => standby.start()],
    ['says nothing any more', () => toStandby.silence(), () => toStandby.restore()],
  ])('Reads go to the primary when the replica %s, and back to it afterwards', async (_, breaking, mending) => {
    await untilReadsAreShared();
    await breaking();
    for (let round = 0; round < 20; round++) {
      const from = performance.now();
      expect((await listing('1')).status).toBe(200);
      expect(performance.now() - from).toBeLessThan(5_000);
    }
    expect(await whoRuns(listing)).toEqual(['primary']);

    await mending();
    await untilReadsAreShared();
  });

  it('After a failover, the service works with the replica that has become the primary', async () => {
    await untilReadsAreShared();
    await primary.stop('immediate');
    expect((await listing('1')).status).toBe(503);
    await standby.promote();
    toPrimary.moveTo(standby.port);

    await eventually(10_000, async () => (await clients[0].post('/calls', newCall())).status === 201);
    const { resource } = await clients[1].post('/calls', newCall({ note: 'After the failover' }));
    expect((await clients[0].get(`/calls?filter[id]=${resource.id}`)).resources).toHaveLength(1);
    await primary.start();
  });
});

async function eventually(within: number, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + within; !(await holds()); await sleep(20))
    expect(performance.now()).toBeLessThan(deadline);
}
