import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ledger, WRITERS } from '../helper/ledger.js';
import { type OwnServer, noOwnServer, ownServer } from '../helper/own-postgres.js';
import {
  type ServiceProcess,
  cleanUp,
  killStart,
  makeDataDirectory,
  makeDirectory,
  startService,
} from '../helper/process.js';
import { ROUNDS, report } from '../helper/rounds.js';
import { describeUnless } from '../helper/this-run.js';

jest.setTimeout(60_000 + ROUNDS * 20_000);

const withOwnServer = describeUnless('Crashes on PostgreSQL', noOwnServer);

afterAll(cleanUp);

/** A moment in the midst of writes, whatever the speed of the machine. */
async function someMoment(ledger: Ledger): Promise<void> {
  await ledger.untilAcknowledged(Math.random() * 60, 30_000);
  await sleep(Math.random() * 20);
}

/** Kills the service again and again while it writes, and every other time while it starts. */
async function killAgainAndAgain(env: Record<string, string>, ledger = new Ledger()): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 2 === 0) await killStart(env, Math.random() * 1_500);
    const service = await startService(env);
    expect(await ledger.settle(service)).toEqual([]);
    ledger.start(service);
    await someMoment(ledger);
    const { signal } = await service.end('SIGKILL');
    expect(signal).toBe('SIGKILL');
    await ledger.stop();
  }
  const service = await startService(env);
  expect(await ledger.settle(service)).toEqual([]);
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  report(`killed ${ROUNDS} times`, ledger);
}

describe('A service on the embedded database', () => {
  it('That is killed loses nothing that it has acknowledged, does nothing by half, and starts again', async () => {
    await killAgainAndAgain({ DATA_DIR: makeDataDirectory(), RATE_LIMIT: '0' });
  });

  // Making a database takes seconds.
  (process.env.FAULT_ROUNDS ? it : it.skip)('That is killed in its first start makes its database anew', async () => {
    for (let round = 0; round < ROUNDS / 10; round++) {
      const env = { DATA_DIR: makeDirectory() };
      await killStart(env, Math.random() * 5_000);
      const service = await startService(env);
      expect((await service.request('GET', '/callPurposes')).resources).toHaveLength(11);
      await service.end('SIGKILL');
    }
  });
});

withOwnServer('A service on PostgreSQL', () => {
  let server: OwnServer;
  let env: Record<string, string>;
  const ledger = new Ledger();

  beforeAll(async () => {
    server = await ownServer();
    env = { DATABASE_URL: server.url, DATA_DIR: makeDirectory(), RATE_LIMIT: '0' };
  });
  afterAll(() => server?.remove());

  it('That is killed loses nothing that it has acknowledged, does nothing by half, and starts again', async () => {
    await killAgainAndAgain(env, ledger);
  });

  it('Whose database server crashes loses nothing that it has acknowledged, and goes on without a restart', async () => {
    const service: ServiceProcess = await startService({ ...env, LOG_LEVEL: 'error' });
    for (let round = 0; round < ROUNDS; round++) {
      ledger.start(service);
      await someMoment(ledger);
      await server.stop('immediate');
      await server.start();
      await ledger.untilAcknowledged(WRITERS + 1, 5_000);
      await ledger.stop();
      expect(await ledger.settle(service)).toEqual([]);
    }
    expect(await service.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    report(`PostgreSQL crashed ${ROUNDS} times`, ledger);
  });
});
