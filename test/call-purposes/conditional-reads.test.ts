import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';

describe('Conditional reads', () => {
  let service: Service;
  let grace: Client;
  let made = 0;
  let created: Answer;
  let path: string;
  let etag: string;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
  });
  beforeEach(async () => {
    created = await grace.post('/callPurposes', newPurpose({ name: `Read ${++made}`, order: 1 }));
    path = pathOf(created.resource);
    etag = String(created.headers.etag);
  });
  afterAll(() => service.close());

  /** Changes the purpose, so that the ETag from before is stale. */
  const outdate = () => grace.patch(path, change(created.resource, { order: 2 }));

  describe('Reading with If-None-Match', () => {
    it.each([
      ['the ETag', () => etag],
      ['a list with the ETag', () => `"other", ${etag} ,"more"`],
      ['the ETag as a weak one', () => `W/${etag}`],
      ['a list with the ETag as a weak one', () => `"other",W/${etag}`],
      ['*', () => '*'],
    ])('Gives 304 without a body for %s', async (_, header) => {
      for (const method of ['GET', 'HEAD'] as const) {
        const { status, text, headers } = await grace.send(method, path, { headers: { 'if-none-match': header() } });

        expect(status).toBe(304);
        expect(text).toBe('');
        expect(headers.etag).toBe(etag);
        expect(headers.vary).toBe('Accept');
      }
    });

    it.each([
      ['an ETag from before a change', () => etag],
      ['other tags', () => '"other", W/"more"'],
      ['a part of the ETag', () => etag.slice(0, -2) + '"'],
      ['no tag', () => ''],
    ])('Gives the document for %s', async (_, header) => {
      await outdate();

      const { status, resource, headers } = await grace.get(path, { 'if-none-match': header() });

      expect(status).toBe(200);
      expect(resource.attributes.order).toBe(2);
      expect(headers.etag).not.toBe(etag);
    });

    it('Tells documents of the same state apart that show different fields', async () => {
      const { status, headers } = await grace.get(`${path}?fields[callPurpose]=name`, { 'if-none-match': etag });

      expect(status).toBe(200);
      expect(headers.etag).not.toBe(etag);
    });

    it('Gives 404 for an unknown purpose, even for *', async () => {
      expect((await grace.get('/callPurposes/999999', { 'if-none-match': '*' })).status).toBe(404);
    });
  });

  describe('Reading with If-Match', () => {
    it.each([
      ['the ETag', () => etag],
      ['a list with the ETag', () => `"other", ${etag}`],
      ['*', () => '*'],
    ])('Gives the document for %s', async (_, header) => {
      expect((await grace.get(path, { 'if-match': header() })).status).toBe(200);
    });

    it.each([
      ['another tag', () => '"nope"'],
      ['the ETag as a weak one', () => `W/${etag}`],
      ['no tag', () => ''],
    ])('Gives 412 for %s', async (_, header) => {
      const answer = await grace.get(path, { 'if-match': header() });
      expect(expectError(answer, 412, 'preconditionFailed').source).toEqual({ header: 'If-Match' });
    });

    it('Counts before If-None-Match', async () => {
      expect((await grace.get(path, { 'if-match': '"nope"', 'if-none-match': etag })).status).toBe(412);
    });

    it('Gives 412 for a read that memory answers', async () => {
      const read = (ifMatch: string) => grace.get('/callPurposes/1', { 'if-match': ifMatch });
      const { headers } = await grace.get('/callPurposes/1');
      await grace.get('/callPurposes/1');

      expect((await read('"nope"')).status).toBe(412);
      expect((await read(String(headers.etag))).status).toBe(200);
    });
  });

  describe('Collections, users and the service document', () => {
    it.each(['/callPurposes?page[size]=2', '/calls?include=user', '/users', '/users/1', '/'])(
      'Carry an ETag, so that who polls %s is answered with 304',
      async (url) => {
        const { headers } = await grace.get(url);
        expect(headers.etag).toMatch(/^"[\w-]+"$/);
        const again = await grace.get(url, { 'if-none-match': String(headers.etag) });
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
        expect((await grace.get(url, { 'if-match': '"nope"' })).status).toBe(412);
      },
    );

    it('Change their ETag with what they show', async () => {
      const poll = () => grace.get('/callPurposes?sort=-id&page[size]=1');
      const { headers } = await poll();
      await outdate();
      expect((await poll()).headers.etag).not.toBe(headers.etag);
    });
  });

  describe('HEAD', () => {
    it('Answers as GET does, without a body', async () => {
      for (const url of [path, '/callPurposes?page[size]=2&count=true']) {
        const get = await grace.get(url);
        const head = await grace.send('HEAD', url);

        expect(head.status).toBe(200);
        expect(head.text).toBe('');
        for (const name of ['content-type', 'content-length', 'etag', 'vary']) {
          expect(head.headers[name]).toBe(get.headers[name]);
        }
      }
    });

    it('Fails as GET does, without a body', async () => {
      for (const [url, status] of [
        ['/callPurposes/999999', 404],
        ['/callPurposes?colour=red', 400],
      ] as const) {
        const head = await grace.send('HEAD', url);

        expect(head.status).toBe(status);
        expect(head.text).toBe('');
        expect(head.headers['content-type']).toBe('application/vnd.api+json');
      }
    });
  });
});
