import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Connection } from '../helper/connection.js';
import { newPurpose } from '../helper/documents.js';

describe('Headers of answers', () => {
  let service: Service;
  let origin: string;

  beforeAll(async () => {
    service = await build();
    origin = await service.listen();
  });
  afterAll(() => service.close());

  const HEADERS = {
    'cache-control': 'private, no-cache',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': expect.stringMatching(/./),
  };

  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}/api/v2${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${service.as('ada').token}`, ...(init.headers as Record<string, string>) },
    });

  describe('Every answer has the security headers', () => {
    it.each<[status: number, what: string, ask: () => Promise<Response>]>([
      [200, 'a collection', () => api('/callPurposes')],
      [200, 'the same from memory', () => api('/callPurposes')],
      [400, 'an unknown parameter', () => api('/callPurposes?nonsense=1')],
      [400, 'a broken path', () => api('/callPurposes/%ff')],
      [401, 'no token', () => api('/callPurposes', { headers: { Authorization: '' } })],
      [404, 'an unknown resource', () => api('/callPurposes/999999')],
      [404, 'an unknown path', () => api('/nowhere')],
      [404, 'a path outside of the API', () => fetch(`${origin}/favicon.ico`)],
      [405, 'a method that is not there', () => api('/callPurposes', { method: 'OPTIONS' })],
      [
        406,
        'a type that is not there',
        () => api('/callPurposes', { headers: { Accept: 'application/vnd.api+json;a=b' } }),
      ],
      [415, 'a body of another type', () => api('/callPurposes', { method: 'POST', body: 'x' })],
    ])('%i, %s', async (status, _, ask) => {
      const response = await ask();

      expect(response.status).toBe(status);
      expect(Object.fromEntries(response.headers)).toMatchObject(HEADERS);
    });

    it('201 and 204', async () => {
      const ada = service.as('ada');
      const created = await ada.post('/callPurposes', newPurpose({ name: 'With headers' }));
      const deleted = await ada.delete(`/callPurposes/${created.resource.id}`);

      expect([created.status, deleted.status]).toEqual([201, 204]);
      expect(created.headers).toMatchObject(HEADERS);
      expect(deleted.headers).toMatchObject(HEADERS);
    });

    it('500', async () => {
      await service.sql('alter table call rename column note to lost');
      const { status, headers } = await service.as('ada').get('/calls');
      await service.sql('alter table call rename column lost to note');

      expect(status).toBe(500);
      expect(headers).toMatchObject(HEADERS);
    });

    it('What is no HTTP', async () => {
      const connection = new Connection(origin);
      connection.send('what?\r\n\r\n');
      const text = await connection.hear(/\}$/);

      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      for (const name of Object.keys(HEADERS)) expect(text.toLowerCase()).toContain(`\r\n${name}: `);
    });
  });

  describe('An answer that may be kept', () => {
    it('Is asked for again each time, which costs no body while nothing has changed', async () => {
      const first = await api('/callPurposes/1');
      const second = await api('/callPurposes/1', { headers: { 'If-None-Match': first.headers.get('etag') ?? '' } });

      expect(second.status).toBe(304);
      expect(second.headers.get('cache-control')).toBe('private, no-cache');
    });
  });
});
