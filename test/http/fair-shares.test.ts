import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Connection } from '../helper/connection.js';
import { newCall } from '../helper/documents.js';
import { holdUp } from '../helper/statements.js';

describe('Shares of users', () => {
  /** Requests of one user that are under way at a time, and that wait behind those. */
  const UNDER_WAY = 8;
  const MAY_WAIT = 128;

  let service: Service;

  beforeAll(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    service = await build();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await service.close();
  });

  const refused = async () =>
    Number(
      /^http_requests_shed_total\{reason="user"\} (\d+)$/m.exec(
        (await service.app.inject({ url: '/metrics' })).body,
      )?.[1],
    );

  it('Let a user have a few requests at the database, and others theirs beside them', async () => {
    const [ada, grace] = [service.as('ada'), service.as('grace')];
    for (const client of [ada, grace]) await client.get('/calls');
    const held = holdUp(service, ' from call ');
    const ofAda = Array.from({ length: 20 }, () => ada.get('/calls'));
    await sleep(100);
    expect(held.count()).toBe(UNDER_WAY);

    const ofGrace = grace.get('/calls');
    await sleep(50);
    expect(held.count()).toBe(UNDER_WAY + 1);
    held.letGo();
    const statuses = (await Promise.all([...ofAda, ofGrace])).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 200));
  });

  it('Refuse what would wait behind too many of the same user, and nobody else', async () => {
    const [ada, grace] = [service.as('ada'), service.as('grace')];
    const before = await refused();
    const held = holdUp(service, ' from call ');
    const ofAda = Array.from({ length: UNDER_WAY + MAY_WAIT + 5 }, () => ada.get('/calls'));
    await sleep(300);
    const write = await ada.post('/calls', newCall());
    expect({ status: write.status, retry: write.headers['retry-after'] }).toEqual({ status: 503, retry: '1' });
    const ofGrace = grace.get('/calls');
    held.letGo();
    expect((await ofGrace).status).toBe(200);
    const statuses = (await Promise.all(ofAda)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(UNDER_WAY + MAY_WAIT).fill(200), ...Array<number>(5).fill(503)]);
    expect((await refused()) - before).toBe(6);
  });

  it('Pass on the turns of requests whose clients have gone', async () => {
    const origin = await service.listen();
    const token = service.as('ada').token;
    const held = holdUp(service, ' from call ');
    const gone = Array.from({ length: 30 }, () => new Connection(origin));
    for (const connection of gone)
      connection.send(`GET /api/v2/calls HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await sleep(200);
    for (const connection of gone) connection.close();
    await sleep(100);
    held.letGo();

    expect((await service.as('ada').get('/calls')).status).toBe(200);
    const again = await Promise.all(Array.from({ length: 20 }, () => service.as('ada').get('/calls')));
    expect(again.map(({ status }) => status)).toEqual(again.map(() => 200));
  });
});
