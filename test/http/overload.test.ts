import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Connections } from '../../src/database/connections.js';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { change, newCall, newPurpose } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';

const ORIGIN = 'https://app.example.com';

/** As many as a server's pool has; the embedded database has one. */
const CONNECTIONS = process.env.TEST_DATABASE_URL ? 10 : 1;

/** More than may wait in any case, and longer than it takes to know how fast the database is. */
const WAITING = 15;
const EVIDENCE_MS = 150;

let service: Service;
let ada: Client;
let warn: jest.SpiedFunction<Logger['warn']>;

beforeAll(async () => {
  service = await build({ CORS_ORIGINS: ORIGIN });
  ada = service.as('ada', { roles: ['admin'] });
  await read();
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

/** Until requests are answered again. */
async function recovery(request: () => Promise<Answer>): Promise<void> {
  for (let waited = 0; (await request()).status === 503; waited += 20) {
    expect(waited).toBeLessThan(2_000);
    await sleep(20);
  }
}

describe('While too many requests wait for the database', () => {
  /** Keeps all connections busy, and requests waiting for them. @returns ends it; gives the statuses of those requests */
  async function saturate(): Promise<() => Promise<number[]>> {
    const connections = service.app.get(Connections, { strict: false });
    const gate = Promise.withResolvers<void>();
    const holders = Array.from({ length: CONNECTIONS }, () => connections.transaction(() => gate.promise));
    const waiting = Array.from({ length: WAITING }, read);
    await sleep(EVIDENCE_MS);
    return async () => {
      gate.resolve();
      await Promise.all(holders);
      return (await Promise.all(waiting)).map(({ status }) => status);
    };
  }

  it('Others are refused at once, and those who wait are answered', async () => {
    const before = await metric('database');
    const release = await saturate();
    const refused = [
      await read(),
      await ada.post('/calls', newCall()),
      await ada.post('/calls', newCall(), { 'idempotency-key': '"refused"' }),
      await ada.patch('/callPurposes/1', change({ type: 'callPurpose', id: '1' } as never, { order: 1 })),
      await ada.delete('/callPurposes/1'),
      await service.as('a new user').get('/users'),
    ];
    const statuses = await release();

    refused.forEach(expectRefusal);
    expect(statuses).toEqual(statuses.map(() => 200));
    expect((await read()).status).toBe(200);
    expect((await metric('database')) - before).toBe(refused.length);
    expect(warn.mock.calls.map(([message]) => String(message))).toContainEqual(
      expect.stringMatching(/^Requests are refused/),
    );
  });

  it('Pages of allowed origins can read the refusal', async () => {
    const release = await saturate();
    const { headers } = await ada.get('/calls', { origin: ORIGIN });
    await release();

    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
  });

  it('Reads that memory can answer are answered, and so are liveness and metrics', async () => {
    const list = () => ada.get('/callPurposes');
    await untilRemembered(list);
    const release = await saturate();
    const remembered = await list();
    const others = await Promise.all(['/health/live', '/metrics'].map(plain));
    await release();

    expect(remembered.status).toBe(200);
    expect(others.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  });

  it('What had no place is not written later', async () => {
    const release = await saturate();
    const note = unique('Refused');
    expectRefusal(await ada.post('/calls', newCall({ note })));
    await release();

    expect(await service.sql('select 1 from call where note = ?', [note])).toEqual([]);
  });

  it('Fewer than fill the connections once more are left to wait', async () => {
    const connections = service.app.get(Connections, { strict: false });
    const gate = Promise.withResolvers<void>();
    const holders = Array.from({ length: CONNECTIONS }, () => connections.transaction(() => gate.promise));
    const waiting = Array.from({ length: 5 }, read);
    await sleep(EVIDENCE_MS);
    const late = read();
    gate.resolve();

    expect((await late).status).toBe(200);
    await Promise.all([...holders, ...waiting]);
  });

  it('A crowd that the database is quick with is served, all of it', async () => {
    const crowd = Array.from({ length: 200 }, (_, n) =>
      n % 4 ? read() : ada.post('/callPurposes', newPurpose({ name: unique('Crowd') })),
    );

    expect(new Set((await Promise.all(crowd)).map(({ status }) => status))).toEqual(new Set([200, 201]));
  });
});

describe('While requests keep the event loop from its turns', () => {
  const block = (milliseconds: number) => {
    for (const end = performance.now() + milliseconds; performance.now() < end;);
  };

  /** Turns that take long, with as many requests in them. */
  async function turns(count: number, requests: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      for (let sent = 0; sent < requests; sent++) void plain('/health/live');
      await new Promise(setImmediate);
      block(500);
      await sleep(0);
    }
  }

  it('All but health and metrics are refused, and answered again when it has time', async () => {
    const before = await metric('event_loop');
    await turns(3, 150);
    const refused = await ada.get('/callPurposes');
    const others = await Promise.all(['/health/live', '/health/ready', '/metrics'].map(plain));

    expectRefusal(refused);
    expect(others.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    await recovery(read);
    expect(await metric('event_loop')).toBeGreaterThan(before);
  });

  it.each([
    ['One long turn', 1, 150],
    ['Long turns with few requests', 3, 5],
  ])('%s is no reason to refuse any', async (_, count, requests) => {
    await turns(count, requests);

    expect((await read()).status).toBe(200);
  });
});

/** On a server, answers are remembered once the channel for changes has proven itself. */
async function untilRemembered(list: () => Promise<Answer>): Promise<void> {
  const connections = service.app.get(Connections, { strict: false });
  const query = jest.spyOn(connections, 'query');
  for (let asked = 1; asked > 0; await sleep(20)) {
    query.mockClear();
    await list();
    asked = query.mock.calls.filter(([{ text }]) => text.includes('call_purpose"')).length;
  }
  query.mockRestore();
}
