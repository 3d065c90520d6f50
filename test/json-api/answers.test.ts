import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { type Client, MEDIA_TYPE } from '../helper/client.js';
import { makePurpose } from '../helper/fixtures.js';

describe('Answers', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  describe('An answer', () => {
    it.each([
      ['GET', '/callPurposes', 200],
      ['GET', '/callPurposes/1', 200],
      ['GET', '/callPurposes/999999', 404],
      ['GET', '/nowhere', 404],
      ['PUT', '/callPurposes', 405],
      ['GET', '/callPurposes?nonsense=1', 400],
      ['GET', '/callPurposes?page[size]=0', 422],
      ['POST', '/callPurposes', 400],
      ['GET', '/callPurposes/%zz', 400],
    ] as const)('To %s %s has exactly the media type, and Vary', async (method, url, expected) => {
      const { status, headers } = await admin.send(method, url, { headers: { accept: 'text/html' } });

      expect(status).toBe(expected);
      expect(headers['content-type']).toBe(MEDIA_TYPE);
      expect(headers.vary).toBe('Accept');
    });

    it('May have meta alone: the service, the caller and links to the collections', async () => {
      const { status, document } = await admin.get('http://localhost/api/v2');

      expect(status).toBe(200);
      expect(document).not.toHaveProperty('data');
      expect(document.meta).toMatchObject({
        service: { name: 'Call Purposes' },
        user: { id: expect.any(String), roles: ['admin'], scopes: expect.arrayContaining(['callPurposes.all']) },
      });
      for (const path of ['callPurposes', 'calls', 'users']) {
        expect((await admin.get(document.links[path] ?? '')).status).toBe(200);
      }
    });

    it('Without a document has Vary too, and no media type', async () => {
      const { headers } = await admin.get('/callPurposes/1');
      const unchanged = await admin.get('/callPurposes/1', { 'if-none-match': String(headers.etag) });
      const deleted = await admin.delete(`/callPurposes/${await makePurpose(service)}`);

      expect([unchanged.status, deleted.status]).toEqual([304, 204]);
      for (const answer of [unchanged, deleted]) {
        expect(answer.text).toBe('');
        expect(answer.headers.vary).toBe('Accept');
        expect(answer.headers).not.toHaveProperty('content-type');
      }
    });

    it.each(['/callPurposes', '/callPurposes/1', '/callPurposes/999999'])(
      'To HEAD %s is that to GET without the body',
      async (url) => {
        const get = await admin.get(url, { 'x-request-id': 'the-same' });
        const head = await admin.send('HEAD', url, { headers: { 'x-request-id': 'the-same' } });
        const expected = { ...get.headers };
        delete expected.date;
        // Each request counts.
        delete expected['x-ratelimit-remaining'];

        expect({ status: head.status, text: head.text }).toEqual({ status: get.status, text: '' });
        expect(head.headers).toMatchObject(expected);
      },
    );
  });
});
