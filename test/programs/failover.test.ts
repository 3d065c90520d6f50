import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type BreakableProxy, breakableProxy } from '../helper/breakable-proxy.js';
import { newCall } from '../helper/documents.js';
import { Ledger, WRITERS } from '../helper/ledger.js';
import { type OwnServer, noOwnServer, ownServer, standbyOf } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { ROUNDS, report } from '../helper/rounds.js';
import { describeUnless } from '../helper/this-run.js';

/** Each takes a new standby. */
const FAILOVERS = Math.ceil(ROUNDS / 10);

jest.setTimeout(60_000 + FAILOVERS * 60_000);

const withOwnServer = describeUnless('Failovers', noOwnServer);

withOwnServer('A service on a primary with a synchronous standby', () => {
  const servers: OwnServer[] = [];
  const ledger = new Ledger();
  let primary: OwnServer;
  let standby: OwnServer;
  let address: BreakableProxy;
  let service: ServiceProcess;

  async function query<Row extends object>({ url }: OwnServer, statement: string): Promise<Row[]> {
    const client = new pg.Client(url);
    await client.connect();
    return (await client.query<Row>(statement).finally(() => client.end())).rows;
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = performance.now() + 20_000; !(await holds()); await sleep(20))
      if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
  }

  /** From then on a commit of the primary waits until the standby has it. */
  async function follow(): Promise<void> {
    standby = await standbyOf(primary);
    servers.push(standby);
    await query(primary, `alter system set synchronous_standby_names = '*'`);
    await query(primary, 'select pg_reload_conf()');
    const state = `select 1 from pg_stat_replication where sync_state = 'sync'`;
    await until('the standby is synchronous', async () => (await query(primary, state)).length === 1);
  }

  beforeAll(async () => {
    primary = await ownServer();
    servers.push(primary);
    // What clients may connect to: a virtual address in the real world.
    address = await breakableProxy({ host: '127.0.0.1', port: primary.port });
    service = await startService({
      DATABASE_URL: `postgresql://postgres@127.0.0.1:${address.port}/postgres`,
      DATA_DIR: makeDirectory(),
      RATE_LIMIT: '0',
      LOG_LEVEL: 'error',
    });
    await follow();
  });
  afterAll(async () => {
    await cleanUp();
    address?.close();
    for (const server of servers) server.remove();
  });

  /** The statements of the service that wait until the standby has what they committed. */
  const waiting = () =>
    query<{ pid: number }>(
      primary,
      `select pid from pg_stat_activity where wait_event = 'SyncRep' order by query_start`,
    );

  it('Does not acknowledge what only the primary has', async () => {
    // Calls, as commits that notify wait for each other.
    const write = async (note: string) => (await service.request('POST', '/calls', { data: newCall({ note }) })).status;
    expect(await write('Is confirmed at once')).toBe(201);
    await standby.stop('immediate');

    const [unanswered, cancelled] = [write('Waits for too long'), write('Is cancelled')];
    await until('both wait', async () => (await waiting()).length === 2);
    await query(primary, `select pg_cancel_backend(${(await waiting())[1]?.pid})`);

    // PostgreSQL says to the cancelled one that it is done, with a warning, and does not end the other one.
    expect([await unanswered, await cancelled]).toEqual([503, 503]);
    await standby.start();
    await until('nothing waits', async () => (await waiting()).length === 0);
    expect(await write('Is confirmed again')).toBe(201);
  });

  it(`Loses nothing that it has acknowledged when the standby takes over, and follows without a restart`, async () => {
    for (let round = 0; round < FAILOVERS; round++) {
      ledger.start(service);
      await ledger.untilAcknowledged(Math.random() * 100 + WRITERS, 30_000);
      // Reads are remembered in the service, which must not outlive the change of servers.
      await service.request('GET', '/callPurposes?page[size]=1000');
      primary.kill();
      await standby.promote();
      address.moveTo(standby.port);

      await ledger.untilAcknowledged(WRITERS + 1, 10_000);
      await ledger.stop();
      expect(await ledger.settle(service)).toEqual([]);
      await expectNews();
      primary = standby;
      if (round + 1 < FAILOVERS) await follow();
    }
    expect(service.stderr()).toBe('');
    report(`${FAILOVERS} failovers`, ledger);
  });

  /** The change feed hears of the new server what others write there. */
  async function expectNews(): Promise<void> {
    const listeners = `select 1 from pg_stat_activity where application_name = 'call-purposes listener'`;
    await until('it listens', async () => (await query(standby, listeners)).length === 1);
    const [row] = await query<{ id: string }>(
      standby,
      `update call_purpose set "order" = "order" + 1 where name = 'Demo' returning id, "order"`,
    );
    const shown = async () => (await service.request('GET', `/callPurposes/${row?.id}`)).resource.attributes.order;
    await until('it shows the change', async () => (await shown()) === (row as unknown as { order: number }).order);
  }
});
