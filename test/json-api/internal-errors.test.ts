import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';

describe('Internal errors', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    Logger.overrideLogger(false);
    admin = service.as('ada', { roles: ['admin'] });
    await admin.get('/callPurposes');
    await service.sql('alter table call rename column recording_url to recording_url_of_the_secret_vault');
  });
  afterAll(() => service.close());

  describe('A fault of the service itself', () => {
    it.each([
      ['GET', '/calls', undefined],
      ['GET', '/calls/1', undefined],
      ['POST', '/calls', { type: 'call', attributes: { direction: 'inbound' } }],
      ['PATCH', '/calls/1', { type: 'call', id: '1' }],
      ['DELETE', '/calls/1', undefined],
    ] as const)('Shows nothing of the inside: %s %s', async (method, url, data) => {
      const body = data && JSON.stringify({ data });
      const answer = await admin.send(method, url, { body, headers: { 'x-request-id': 'the-broken-one' } });

      const { title, detail, source } = expectError(answer, 500, 'internalServerError');
      expect(title).toBe('Internal Server Error');
      expect(detail).toContain('the-broken-one');
      expect(source).toBeUndefined();
      expect(answer.headers['x-request-id']).toBe('the-broken-one');
      expect(answer.headers).not.toHaveProperty('etag');
      expect(answer.headers).not.toHaveProperty('location');
      expect(answer.text).not.toMatch(
        /vault|recording|column|select|insert|relation|\.[jt]s\b|node_modules|Error:|stack/i,
      );
    });

    it('Leaves the rest of the service at work', async () => {
      expect((await admin.get('/callPurposes')).status).toBe(200);
      expect(
        (await admin.post('/callPurposes', { type: 'callPurpose', attributes: { name: 'Still here' } })).status,
      ).toBe(201);
    });

    it('Does not hide that the client is at fault too', async () => {
      expectError(await service.anonymous.get('/calls'), 401, 'unauthorized');
      expectError(await admin.get('/calls?nonsense=1'), 400, 'invalidQueryParameter');
    });
  });
});
