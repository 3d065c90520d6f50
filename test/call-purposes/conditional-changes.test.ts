import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';

describe('Conditional changes', () => {
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
    created = await grace.post('/callPurposes', newPurpose({ name: `Conditional ${++made}`, order: 1 }));
    path = pathOf(created.resource);
    etag = String(created.headers.etag);
  });
  afterAll(() => service.close());

  /** Changes the purpose, so that the ETag from before is stale. */
  const outdate = () => grace.patch(path, change(created.resource, { order: 2 }));

  const holding: [string, () => Promise<string> | string][] = [
    ['the ETag of the answer to the POST', () => etag],
    ['the ETag of a GET', async () => String((await grace.get(path)).headers.etag)],
    [
      'the ETag of a document with other fields',
      async () => String((await grace.get(`${path}?fields[callPurpose]=name`)).headers.etag),
    ],
    ['the ETag of a PATCH', async () => String((await outdate()).headers.etag)],
    ['a list with the ETag', () => `"other" , ${etag}`],
    ['*', () => '*'],
  ];

  const failing: [string, () => Promise<string> | string][] = [
    ['an ETag from before a change', async () => (await outdate(), etag)],
    ['a list of ETags from before a change', async () => (await outdate(), `${etag}, "other"`)],
    ['the ETag as a weak one', () => `W/${etag}`],
    ['the ETag without quotes', () => etag.slice(1, -1)],
    ['the ETag of another purpose', async () => String((await grace.get('/callPurposes/1')).headers.etag)],
    ['another tag', () => '"other"'],
  ];

  describe('Updating with If-Match', () => {
    it.each(holding)('Changes the purpose for %s', async (_, header) => {
      const answer = await grace.patch(path, change(created.resource, { order: 3 }), { 'if-match': await header() });

      expect(answer.status).toBe(200);
      expect(answer.resource.attributes.order).toBe(3);
      expect(answer.headers.etag).not.toBe(etag);
    });

    it.each(failing)('Gives 412 and changes nothing for %s', async (_, header) => {
      const ifMatch = await header();
      const before = await grace.get(path);

      const { status, errors } = await grace.patch(path, change(created.resource, { order: 3 }), {
        'if-match': ifMatch,
      });

      expect(status).toBe(412);
      expect(errors).toEqual([
        expect.objectContaining({ status: '412', code: 'preconditionFailed', source: { header: 'If-Match' } }),
      ]);
      const after = await grace.get(path);
      expect(after.text).toBe(before.text);
      expect(after.headers.etag).toBe(before.headers.etag);
    });

    it('Gives 404 for an unknown purpose and 403 for that of another user, whatever the header', async () => {
      const unknown = { type: 'callPurpose', id: '999999', attributes: {} };

      const missing = await grace.patch('/callPurposes/999999', unknown, { 'if-match': '*' });
      const refused = await service.as('eve').patch(path, change(created.resource, {}), { 'if-match': '"other"' });

      expect(missing.status).toBe(404);
      expect(refused.status).toBe(403);
    });
  });

  describe('Changing with If-None-Match', () => {
    const excluded: [string, () => string][] = [
      ['the ETag', () => etag],
      ['the ETag as a weak one', () => `W/${etag}`],
      ['a list with the ETag', () => `"other", ${etag}`],
      ['*', () => '*'],
    ];

    it.each(excluded)('Gives 412 and changes nothing for %s', async (_, header) => {
      const headers = { 'if-none-match': header() };
      for (const answer of [
        await grace.patch(path, change(created.resource, { order: 3 }), headers),
        await grace.delete(path, headers),
      ]) {
        expect(expectError(answer, 412, 'preconditionFailed').source).toEqual({ header: 'If-None-Match' });
      }
      expect((await grace.get(path)).headers.etag).toBe(etag);
    });

    it('Changes what is in another state', async () => {
      expect(
        (await grace.patch(path, change(created.resource, { order: 3 }), { 'if-none-match': '"other"' })).status,
      ).toBe(200);
      expect((await grace.delete(path, { 'if-none-match': etag })).status).toBe(204);
    });
  });

  it('Tells of a weak tag in If-Match what it is', async () => {
    const answer = await grace.delete(path, { 'if-match': `W/${etag}` });
    expect(expectError(answer, 412, 'preconditionFailed').detail).toBe(
      'If-Match names a weak tag (W/…), which matches nothing; a proxy that compresses responses may have weakened it.',
    );
  });

  describe('Deleting with If-Match', () => {
    it.each(holding)('Deletes the purpose for %s', async (_, header) => {
      const { status } = await grace.delete(path, { 'if-match': await header() });

      expect(status).toBe(204);
      expect((await grace.get(path)).status).toBe(404);
    });

    it.each(failing)('Gives 412 and deletes nothing for %s', async (_, header) => {
      const ifMatch = await header();
      const before = await grace.get(path);

      const { status, errors } = await grace.delete(path, { 'if-match': ifMatch });

      expect(status).toBe(412);
      expect(errors).toEqual([expect.objectContaining({ status: '412', code: 'preconditionFailed' })]);
      expect((await grace.get(path)).text).toBe(before.text);
    });
  });
});
