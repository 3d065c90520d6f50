import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Connections } from '../../src/database/connections.js';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { newCall } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { countStatements } from '../helper/statements.js';

describe('Overload', () => {
  const ORIGIN = 'https://app.example.com';

  /** As many as a server's pool has; the embedded database has one. */
  const CONNECTIONS = process.env.TEST_DATABASE_URL ? 10 : 1;

  /** How many may wait in any case. */
  const MAY_WAIT = 32;

  /** Of one user, only a few are under way at a time. */
  const READERS = 10;

  let service: Service;
  let ada: Client;
  let readers: Client[];
  let warn: jest.SpiedFunction<Logger['warn']>;

  beforeAll(async () => {
    service = await build({ CORS_ORIGINS: ORIGIN });
    ada = service.as('ada', { roles: ['admin'] });
    await read();
    readers = Array.from({ length: READERS }, (_, n) => service.as(`reader ${n}`));
    for (const reader of readers) await reader.get('/calls');
  });
  afterAll(() => service.close());
  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => warn.mockRestore());

  const read = () => ada.get('/calls');

  const plain = (path: string) => service.app.inject({ url: path });

  const metric = async (reason: string) =>
    Number(
      new RegExp(`^http_requests_shed_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(
        (await plain('/metrics')).body,
      )?.[1],
    );

  function expectRefusal({ status, headers, errors }: Answer): void {
    expect({ status, errors }).toEqual({
      status: 503,
      errors: [expect.objectContaining({ code: 'serviceUnavailable' })],
    });
    expect(headers).toMatchObject({ 'retry-after': '1', vary: 'Accept, Origin', 'x-request-id': expect.any(String) });
  }

  describe('While too many requests wait for the database', () => {
    /**
     * Does the task while all connections are busy and so many requests wait for one.
     * @returns the statuses of those requests, which are answered afterwards
     */
    async function whileWaiting(count: number, task: () => Promise<void>): Promise<number[]> {
      const connections = service.app.get(Connections, { strict: false });
      const gate = Promise.withResolvers<void>();
      const holders = Array.from({ length: CONNECTIONS }, () => connections.transaction(() => gate.promise));
      const waiting = Array.from({ length: count }, (_, n) => readers[n % READERS]?.get('/calls') ?? read());
      try {
        await task();
      } finally {
        gate.resolve();
      }
      await Promise.all(holders);
      return (await Promise.all(waiting)).map(({ status }) => status);
    }

    const whileOverloaded = (task: () => Promise<void>) =>
      whileWaiting(MAY_WAIT + 1, async () => {
        const connections = service.app.get(Connections, { strict: false });
        while (!connections.isOverloaded()) await sleep(5);
        await task();
      });

    it('Others are refused at once, and those who wait are answered', async () => {
      const before = await metric('database');
      const refused: Answer[] = [];
      const waited = await whileOverloaded(async () => {
        refused.push(await read());
        refused.push(await ada.post('/calls', newCall()));
        refused.push(await ada.post('/calls', newCall(), { 'idempotency-key': '"refused"' }));
        refused.push(await ada.patch('/callPurposes/1', { type: 'callPurpose', id: '1', attributes: { order: 1 } }));
        refused.push(await ada.delete('/callPurposes/1'));
        refused.push(await service.as('a new user').get('/users'));
      });

      refused.forEach(expectRefusal);
      expect(refused).toHaveLength(6);
      expect(waited).toEqual(waited.map(() => 200));
      expect((await read()).status).toBe(200);
      expect((await metric('database')) - before).toBe(refused.length);
      expect(warn.mock.calls.map(([message]) => String(message))).toContainEqual(
        expect.stringMatching(/^Requests are refused/),
      );
    });

    it('Pages of allowed origins can read the refusal', async () => {
      await whileOverloaded(async () => {
        const { status, headers } = await ada.get('/calls', { origin: ORIGIN });

        expect(status).toBe(503);
        expect(headers['access-control-allow-origin']).toBe(ORIGIN);
      });
    });

    it('Reads that memory can answer are answered, and so are liveness and metrics', async () => {
      const list = () => ada.get('/callPurposes');
      await untilRemembered(list);
      await whileOverloaded(async () => {
        expect((await list()).status).toBe(200);
        const others = await Promise.all(['/health/live', '/metrics'].map(plain));
        expect(others.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
      });
    });

    it('What was refused is not done later', async () => {
      const note = unique('Refused');
      await whileOverloaded(async () => expectRefusal(await ada.post('/calls', newCall({ note }))));

      expect(await service.sql('select 1 from call where note = ?', [note])).toEqual([]);
    });

    it('Nobody is refused as long as those who wait are few', async () => {
      const waited = await whileWaiting(MAY_WAIT, () => sleep(200));

      expect(waited).toEqual(waited.map(() => 200));
    });
  });

  describe('While more requests come than the event loop has time for', () => {
    const block = (milliseconds: number) => {
      for (const end = performance.now() + milliseconds; performance.now() < end;);
    };

    /**
     * Does the task while so many requests, which need no database, wait for their turn, and have for a while.
     * @returns the statuses of those requests, 401 when they are answered
     */
    async function whileBusy(requests: number, task: () => Promise<void>): Promise<number[]> {
      const waiting = Array.from({ length: requests }, () => service.anonymous.get('/calls'));
      await new Promise(setImmediate);
      block(500);
      await task();
      return (await Promise.all(waiting)).map(({ status }) => status);
    }

    it('Others are refused at once, but for health and metrics, and those who wait are answered', async () => {
      const before = await metric('event_loop');
      const waited = await whileBusy(1_000, async () => {
        const refused = [read(), ada.get('/callPurposes'), ada.post('/calls', newCall())];
        const others = ['/health/live', '/health/ready', '/metrics', '/%6detrics'].map(plain);

        (await Promise.all(refused)).forEach(expectRefusal);
        expect((await Promise.all(others)).map(({ statusCode }) => statusCode)).toEqual(others.map(() => 200));
      });

      // On a slow machine some come so late that they are refused as well, but none of those who wait already.
      const late = waited.filter((status) => status === 503);
      expect(waited).toEqual([...waited.slice(late.length).map(() => 401), ...late]);
      expect(late.length).toBeLessThan(waited.length - 64);
      expect(await metric('event_loop')).toBe(before + late.length + 3);
      expect((await read()).status).toBe(200);
    });

    it('Nobody is refused as long as those who wait are few', async () => {
      const waited = await whileBusy(50, async () => {
        expect((await read()).status).toBe(200);
      });

      expect(waited).toEqual(waited.map(() => 401));
    });
  });

  /** On a server, answers are remembered once the channel for changes has proven itself. */
  async function untilRemembered(list: () => Promise<Answer>): Promise<void> {
    while ((await countStatements(service, list)) > 0) await sleep(20);
  }
});
