import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { change, linkageTo, newCall, pathOf } from '../helper/documents.js';

describe('Updating', () => {
  let service: Service;
  let grace: Client;
  let created: Answer;
  let path: string;
  let etag: string;

  const LONG_AGO = '2020-02-02T02:02:02.020Z';

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
  });
  afterAll(() => service.close());

  /** Each test has a call of Grace's that was logged and last changed long ago. */
  beforeEach(async () => {
    const { resource } = await grace.post('/calls', newCall({ from: '1', to: '2', tags: ['hot'], note: 'None.' }));
    await service.sql('alter table call disable trigger touch');
    await service.sql('update call set created_at = ?, updated_at = ? where id = ?', [LONG_AGO, LONG_AGO, resource.id]);
    await service.sql('alter table call enable trigger touch');
    path = pathOf(resource);
    created = await grace.get(path);
    etag = String(created.headers.etag);
  });

  describe('Updating a call', () => {
    it('Can change some attributes and leaves the rest as it is', async () => {
      const { resource: before } = created;

      const { status, resource } = await grace.patch(path, change(before, { outcome: 'Answered', tags: [] }));

      expect(status).toBe(200);
      expect(resource).toEqual({
        ...before,
        attributes: { ...before.attributes, outcome: 'Answered', tags: [], updatedAt: expect.any(String) },
      });
      expect((await grace.get(path)).resource).toEqual(resource);
      expect(await service.sql('select outcome, note from call where id = ?', [before.id])).toEqual([
        { outcome: 'Answered', note: 'None.' },
      ]);
    });

    it('Moves updatedAt and ETag, but not createdAt, when something changes', async () => {
      const { headers, resource } = await grace.patch(path, change(created.resource, { note: 'Some.' }));

      expect(created.resource.attributes.updatedAt).toBe(LONG_AGO);
      expect(resource.attributes.createdAt).toBe(LONG_AGO);
      expect(resource.attributes.updatedAt).not.toBe(LONG_AGO);
      expect(headers.etag).not.toBe(etag);
      expect((await grace.get(path)).headers.etag).toBe(headers.etag);
    });

    it.each([
      ['the values that it has', { from: '1', to: '2', tags: ['hot'], note: 'None.', dialedAt: null }],
      ['no attribute', {}],
    ])('Changes nothing, not even updatedAt, when given %s', async (_, attributes) => {
      const after = await grace.patch(path, change(created.resource, attributes));

      expect(after.status).toBe(200);
      expect(after.text).toBe(created.text);
      expect(after.headers.etag).toBe(etag);
    });

    it.each([
      ['another type', { type: 'callPurpose' }, 409, '/data/type'],
      ['another id', { id: '999999' }, 409, '/data/id'],
      ['no id', { id: undefined }, 422, '/data'],
    ])('Cannot be done with %s', async (_, members, expected, pointer) => {
      const { status, errors } = await grace.patch(path, { ...change(created.resource, { note: '' }), ...members });

      expect(status).toBe(expected);
      expect(errors).toEqual([expect.objectContaining({ source: { pointer } })]);
      expect((await grace.get(path)).text).toBe(created.text);
    });

    it('Cannot update an unknown call', async () => {
      const { status, errors } = await grace.patch('/calls/999999', { type: 'call', id: '999999', attributes: {} });

      expect(status).toBe(404);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'resourceNotFound', detail: "Could not find 'call' with ID '999999'." }),
      ]);
    });

    it('Loses no change of different attributes made at the same time', async () => {
      const answers = await Promise.all([
        grace.patch(path, change(created.resource, { from: '11' })),
        grace.patch(path, change(created.resource, { to: '22' })),
        grace.patch(path, change(created.resource, { note: '33' })),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await grace.get(path)).resource.attributes).toMatchObject({ from: '11', to: '22', note: '33' });
    });
  });

  describe('Deleting a call', () => {
    it('Can delete an existing call', async () => {
      const { status, text } = await grace.delete(path);

      expect(status).toBe(204);
      expect(text).toBe('');
      expect((await grace.get(path)).status).toBe(404);
      expect((await grace.patch(path, linkageTo(created.resource))).status).toBe(404);
      expect((await grace.get(`/calls?filter[id]=${created.resource.id}`)).resources).toEqual([]);
      expect(await service.sql('select 1 from call where id = ?', [created.resource.id])).toEqual([]);
    });

    it('Cannot delete an unknown call', async () => {
      await grace.delete(path);

      const { status, errors } = await grace.delete(path);

      expect(status).toBe(404);
      expect(errors).toEqual([expect.objectContaining({ code: 'resourceNotFound' })]);
    });
  });

  describe('The ETag of a call', () => {
    it.each([
      ['the ETag', () => etag],
      ['the ETag as a weak one in a list', () => `"other", W/${etag}`],
      ['*', () => '*'],
    ])('Saves a GET with If-None-Match the document: %s', async (_, header) => {
      const { status, text, headers } = await grace.get(path, { 'if-none-match': header() });

      expect(status).toBe(304);
      expect(text).toBe('');
      expect(headers.etag).toBe(etag);
    });

    it('Lets a PATCH and a DELETE with If-Match through as long as it is true', async () => {
      const patched = await grace.patch(path, change(created.resource, { note: 'Changed.' }), { 'if-match': etag });
      const deleted = await grace.delete(path, { 'if-match': String(patched.headers.etag) });

      expect(patched.status).toBe(200);
      expect(deleted.status).toBe(204);
    });

    it.each([
      ['is stale', () => etag],
      ['is weak', () => `W/${etag}`],
      ['is that of something else', () => '"other"'],
    ])('Stops a PATCH and a DELETE with an If-Match that %s', async (_, header) => {
      await grace.patch(path, change(created.resource, { note: 'Changed meanwhile.' }));
      const before = await grace.get(path);

      const patched = await grace.patch(path, change(created.resource, { note: 'Lost.' }), { 'if-match': header() });
      const deleted = await grace.delete(path, { 'if-match': header() });

      for (const { status, errors } of [patched, deleted]) {
        expect(status).toBe(412);
        expect(errors).toEqual([expect.objectContaining({ code: 'preconditionFailed' })]);
      }
      expect((await grace.get(path)).text).toBe(before.text);
    });
  });

  describe('Who may change a call', () => {
    it('Who logged it and an administrator may', async () => {
      const ada = service.as('ada', { roles: ['admin'] });

      const byGrace = await grace.patch(path, change(created.resource, { note: 'Grace' }));
      const byAda = await ada.patch(path, change(created.resource, { note: 'Ada' }));

      expect([byGrace.status, byAda.status]).toEqual([200, 200]);
      expect(byAda.resource.relationships.user).toEqual(created.resource.relationships.user);
      expect((await ada.delete(path)).status).toBe(204);
    });

    it('Another user may read, but neither change nor delete it', async () => {
      const eve = service.as('eve');

      const answers = [await eve.patch(path, change(created.resource, { note: 'Eve' })), await eve.delete(path)];

      for (const { status, errors } of answers) {
        expect(status).toBe(403);
        expect(errors).toEqual([expect.objectContaining({ code: 'unauthorizedRequest' })]);
      }
      expect((await eve.get(path)).text).toBe(created.text);
    });

    it.each([
      ['write', 'PATCH'],
      ['delete', 'DELETE'],
    ] as const)('A token needs the scope calls.%s to %s it', async (scope, method) => {
      const scopes = ['read', 'write', 'delete'].filter((other) => other !== scope).map((other) => `calls.${other}`);
      const body = JSON.stringify({ data: change(created.resource, { note: 'Changed' }) });

      const { status, errors } = await service.as('grace', { scopes }).send(method, path, { body });

      expect(status).toBe(403);
      expect(errors).toEqual([
        expect.objectContaining({
          code: 'unauthorizedOauthScope',
          detail: expect.stringContaining(`calls.${scope}`),
        }),
      ]);
      expect((await grace.get(path)).text).toBe(created.text);
    });
  });
});
