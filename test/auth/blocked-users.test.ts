import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { users as program } from '../../src/cli/programs/users.js';
import { UsersService } from '../../src/users/users.service.js';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { passTime, stopClock } from '../helper/clock.js';
import { type TestDatabase, createTestDatabase } from '../helper/database.js';
import { newPurpose } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';
import { createProgramDatabase } from '../helper/process.js';
import { runHere } from '../helper/terminal.js';
import { describeUnless, withoutServer } from '../helper/this-run.js';

const REASON = 'The user of the bearer token is blocked.';

function expectBlocked(answer: Answer): void {
  expectError(answer, 401, 'unauthorized');
  expect(answer.errors[0]?.detail).toBe(REASON);
  expect(answer.headers['www-authenticate']).toBe(`Bearer error="invalid_token", error_description="${REASON}"`);
}

describe('A blocked user', () => {
  let service: Service;
  let mallory: Client;

  beforeAll(async () => {
    service = await build();
    mallory = service.as('mallory', { roles: ['admin'] });
  });
  afterEach(() => void jest.useRealTimers());
  afterAll(() => service.close());

  const users = () => service.app.get(UsersService, { strict: false });

  it('Is refused at once, with any token and for anything, and nobody else is', async () => {
    const other = service.as('mallory', { scopes: ['callPurposes.read'] });
    for (const client of [mallory, other, service.as('ada')])
      expect((await client.get('/callPurposes')).status).toBe(200);

    const id = await users().block('mallory');

    expect(await service.sql('select subject from api_user where id = ?', [id])).toEqual([{ subject: 'mallory' }]);
    expectBlocked(await mallory.get('/callPurposes'));
    expectBlocked(await mallory.get('/'));
    expectBlocked(await mallory.post('/callPurposes', newPurpose({ name: 'Of the blocked' })));
    expectBlocked(await mallory.delete('/callPurposes/1'));
    expectBlocked(await other.get('/callPurposes'));
    expectBlocked(await service.as('mallory', { name: 'Another name' }).get('/callPurposes'));
    expect((await service.as('ada').get('/callPurposes')).status).toBe(200);
    expect(await service.sql(`select 1 from call_purpose where name = 'Of the blocked'`)).toEqual([]);
  });

  it('Is let in again when that is taken back', async () => {
    expect(await users().unblock('mallory')).toMatch(/^\d+$/);
    expect((await mallory.get('/callPurposes')).status).toBe(200);
    expect(await users().unblock('mallory')).toBeNull();
    expect(await users().unblock('nobody')).toBeNull();
  });

  it('May be one who has not been here yet', async () => {
    await users().block('stranger');
    expectBlocked(await service.as('stranger').get('/callPurposes'));
    await users().unblock('stranger');
    expect((await service.as('stranger').get('/callPurposes')).status).toBe(200);
  });

  it('By a process that can not be heard is refused within a minute, and let in likewise', async () => {
    stopClock();
    const eve = service.as('eve');
    // A token that is verified when the user is known for long already must not be good for longer.
    expect((await eve.get('/callPurposes')).status).toBe(200);
    passTime(50);
    const late = service.as('eve', { scopes: ['callPurposes.read'] });
    expect((await late.get('/callPurposes')).status).toBe(200);
    await service.sql(`update api_user set blocked_at = now() where subject = 'eve'`);
    passTime(11);
    for (const client of [eve, late]) expectBlocked(await client.get('/callPurposes'));
    await service.sql(`update api_user set blocked_at = null where subject = 'eve'`);
    passTime(61);
    for (const client of [eve, late]) expect((await client.get('/callPurposes')).status).toBe(200);
  });
});

describe('The users command', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createProgramDatabase();
  });
  afterAll(() => database.drop());

  const users = (...args: string[]) => runHere(program, args, database.env);

  it('Blocks, lists and unblocks', async () => {
    expect(await users('list')).toEqual({ code: 0, stdout: 'No user is blocked.\n', stderr: '' });
    expect(await users('block', 'mallory')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^User \d+, mallory, is blocked\.\n$/),
      stderr: '',
    });
    expect((await users('block', 'mallory')).code).toBe(0);
    expect((await users('list')).stdout).toMatch(/^\d+\tmallory\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*\n$/);
    expect((await users('unblock', 'mallory')).stdout).toMatch(/^User \d+, mallory, is no longer blocked\.\n$/);
    expect(await users('unblock', 'mallory')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'No user with the subject mallory is blocked.\n',
    });
  });
});

describeUnless('Blocks by other processes', withoutServer)('By another process', () => {
  let database: TestDatabase;
  let services: [Service, Service];

  beforeAll(async () => {
    database = await createTestDatabase();
    services = [await build({}, database), await build({}, database)];
    await sleep(200);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.close()));
    await database.drop();
  });

  it('A user is blocked as soon as PostgreSQL has told of it', async () => {
    const here = services[1].as('mallory');
    const status = async () => (await here.get('/callPurposes')).status;
    for (const change of ['block', 'unblock'] as const) {
      expect(await status()).toBe(change === 'block' ? 200 : 401);
      await services[0].app.get(UsersService, { strict: false })[change]('mallory');
      for (const deadline = performance.now() + 2_000; (await status()) !== (change === 'block' ? 401 : 200);) {
        expect(performance.now()).toBeLessThan(deadline);
        await sleep(10);
      }
    }
  });
});
