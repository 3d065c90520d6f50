import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { change, linkageTo, newCall, newPurpose, pathOf } from '../helper/documents.js';

describe('Deleting', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
  });
  afterAll(() => service.close());

  const create = async (name: string): Promise<ResourceObject> =>
    (await grace.post('/callPurposes', newPurpose({ name }))).resource;

  const logCall = async (purpose: ResourceObject): Promise<ResourceObject> =>
    (await grace.post('/calls', newCall({}, linkageTo(purpose)))).resource;

  describe('Deleting a call purpose', () => {
    it('Can delete an existing purpose', async () => {
      const purpose = await create('Deleted');

      const { status, text, headers } = await grace.delete(pathOf(purpose));

      expect(status).toBe(204);
      expect(text).toBe('');
      expect(headers['content-type']).toBeUndefined();
    });

    it('Cannot delete an unknown purpose', async () => {
      const { status, errors } = await grace.delete('/callPurposes/999999');

      expect(status).toBe(404);
      expect(errors).toEqual([
        expect.objectContaining({
          code: 'resourceNotFound',
          detail: "Could not find 'callPurpose' with ID '999999'.",
        }),
      ]);
    });

    it('Makes it unknown to every action', async () => {
      const purpose = await create('Unknown soon');
      const { headers } = await grace.get(pathOf(purpose));
      await grace.delete(pathOf(purpose));

      const answers = [
        await grace.get(pathOf(purpose)),
        await grace.get(pathOf(purpose), { 'if-none-match': String(headers.etag) }),
        await grace.patch(pathOf(purpose), change(purpose, { order: 1 })),
        await grace.delete(pathOf(purpose)),
        await grace.delete(pathOf(purpose), { 'if-match': String(headers.etag) }),
      ];

      for (const { status, errors } of answers) {
        expect(status).toBe(404);
        expect(errors).toEqual([
          expect.objectContaining({
            code: 'resourceNotFound',
            detail: `Could not find 'callPurpose' with ID '${purpose.id}'.`,
          }),
        ]);
      }
      expect((await grace.send('HEAD', pathOf(purpose))).status).toBe(404);
    });

    it('Takes it out of the collection and its count', async () => {
      const purpose = await create('Counted');
      const before = await grace.get('/callPurposes?count=true');
      await grace.delete(pathOf(purpose));

      const after = await grace.get('/callPurposes?count=true');

      expect(before.resources.map(({ id }) => id)).toContain(purpose.id);
      expect(after.resources.map(({ id }) => id)).not.toContain(purpose.id);
      expect(after.document.meta?.count).toBe(Number(before.document.meta?.count) - 1);
      expect((await grace.get(`/callPurposes?filter[id]=${purpose.id}`)).resources).toEqual([]);
      expect((await grace.get('/callPurposes?filter[name]=Counted')).resources).toEqual([]);
    });

    it('Keeps the row in the database, marked as deleted', async () => {
      const purpose = await create('Kept');
      await grace.delete(pathOf(purpose));

      const rows = await service.sql('select name, deleted_at is not null as deleted from call_purpose where id = ?', [
        purpose.id,
      ]);

      expect(rows).toEqual([{ name: 'Kept', deleted: true }]);
    });

    it('Does not count for the order of the next one', async () => {
      const last = await create('Last');
      await grace.delete(pathOf(last));

      const next = await create('Next');

      expect(next.attributes.order).toBe(last.attributes.order);
    });

    it('Ignores a body', async () => {
      const purpose = await create('With a body');

      const { status } = await grace.send('DELETE', pathOf(purpose), { body: JSON.stringify({ data: purpose }) });

      expect(status).toBe(204);
      expect((await grace.get(pathOf(purpose))).status).toBe(404);
    });
  });

  describe('The calls of a deleted call purpose', () => {
    it('Stay and show no purpose', async () => {
      const purpose = await create('Carried');
      const calls = [await logCall(purpose), await logCall(purpose)];
      expect(calls.map(({ relationships }) => relationships.callPurpose?.data)).toEqual([
        linkageTo(purpose),
        linkageTo(purpose),
      ]);

      await grace.delete(pathOf(purpose));

      for (const call of calls) {
        const { status, resource } = await grace.get(pathOf(call));
        expect(status).toBe(200);
        expect(resource.relationships.callPurpose).toEqual({ data: null });
        expect(resource.attributes).toEqual(call.attributes);
      }
      const listed = await grace.get(`/calls?filter[id]=${calls.map(({ id }) => id).join()}&include=callPurpose`);
      expect(listed.resources.map(({ relationships }) => relationships.callPurpose)).toEqual([
        { data: null },
        { data: null },
      ]);
      expect(listed.document.included).toEqual([]);
    });

    it('Are found by no filter on the deleted id, and by that on none', async () => {
      const purpose = await create('Filtered');
      const call = await logCall(purpose);
      const byPurpose = `/calls?filter[callPurpose][id]=${purpose.id}`;
      expect((await grace.get(byPurpose)).resources.map(({ id }) => id)).toEqual([call.id]);

      await grace.delete(pathOf(purpose));

      expect((await grace.get(byPurpose)).resources).toEqual([]);
      const without = await grace.get('/calls?filter[callPurpose][id]=__null__');
      expect(without.resources.map(({ id }) => id)).toContain(call.id);
    });

    it('Give another ETag than before', async () => {
      const purpose = await create('Tagged');
      const call = await logCall(purpose);
      const before = await grace.get(pathOf(call));

      await grace.delete(pathOf(purpose));

      const after = await grace.get(pathOf(call), { 'if-none-match': String(before.headers.etag) });
      expect(after.status).toBe(200);
      expect(after.headers.etag).not.toBe(before.headers.etag);
    });

    it('Can still be changed and can get another purpose', async () => {
      const [first, second] = [await create('Before'), await create('After')];
      const call = await logCall(first);
      await grace.delete(pathOf(first));

      const noted = await grace.patch(pathOf(call), change(call, { note: 'Called back.' }));
      const moved = await grace.patch(pathOf(call), {
        ...linkageTo(call),
        relationships: { callPurpose: { data: linkageTo(second) } },
      });

      expect(noted.resource.relationships.callPurpose).toEqual({ data: null });
      expect(moved.resource.relationships.callPurpose?.data).toEqual(linkageTo(second));
    });
  });

  describe('Who may delete a call purpose', () => {
    it('Its creator and an administrator may, another user may not', async () => {
      const [first, second] = [await create('Deleted by Grace'), await create('Deleted by Ada')];

      const refused = await service.as('eve').delete(pathOf(first));

      expect(refused.status).toBe(403);
      expect(refused.errors).toEqual([expect.objectContaining({ code: 'unauthorizedRequest' })]);
      expect((await grace.get(pathOf(first))).resource).toEqual(first);
      expect((await grace.delete(pathOf(first))).status).toBe(204);
      expect((await service.as('ada', { roles: ['admin'] }).delete(pathOf(second))).status).toBe(204);
    });

    it('Only an administrator may delete a ready-made one', async () => {
      const [demo] = (await grace.get('/callPurposes?filter[name]=Demo')).resources;

      expect((await grace.delete(`/callPurposes/${demo?.id}`)).status).toBe(403);
      expect((await service.as('ada', { roles: ['admin'] }).delete(`/callPurposes/${demo?.id}`)).status).toBe(204);
    });
  });
});
