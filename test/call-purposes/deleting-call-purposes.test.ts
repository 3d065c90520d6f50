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
    it('Keep it as they were, whatever has become of it', async () => {
      const purpose = await create('Carried');
      const calls = [await logCall(purpose), await logCall(purpose)];
      const before = await grace.get(pathOf(calls[0] as ResourceObject));

      await grace.delete(pathOf(purpose));

      for (const call of calls) {
        const { status, resource } = await grace.get(pathOf(call));
        expect(status).toBe(200);
        expect(resource).toEqual(call);
      }
      const again = await grace.get(pathOf(calls[0] as ResourceObject), {
        'if-none-match': String(before.headers.etag),
      });
      expect(again.status).toBe(304);
    });

    it('Show it when it is included: when it was deleted, and no links', async () => {
      const purpose = await create('Included');
      const calls = [await logCall(purpose), await logCall(purpose)];
      await grace.delete(pathOf(purpose));

      const one = await grace.get(`${pathOf(calls[0] as ResourceObject)}?include=callPurpose.creator`);
      const listed = await grace.get(
        `/calls?filter[id]=${calls.map(({ id }) => id).join()}&include=callPurpose&provideAuthorizationMeta=true`,
      );

      const [shown, creator] = one.document.included ?? [];
      expect(shown).toEqual({
        ...linkageTo(purpose),
        // The deletion was the last change.
        attributes: { ...purpose.attributes, updatedAt: shown?.attributes.updatedAt },
        relationships: { creator: { data: purpose.relationships.creator?.data } },
        meta: { deletedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) },
      });
      expect(creator && linkageTo(creator)).toEqual(purpose.relationships.creator?.data);
      expect(listed.document.included).toEqual([
        { ...shown, meta: { canWrite: false, canDelete: false, deletedAt: shown?.meta?.deletedAt } },
      ]);
    });

    it('Show only the fields of it that are asked for', async () => {
      const purpose = await create('Sparse');
      const call = await logCall(purpose);
      await grace.delete(pathOf(purpose));

      const { document } = await grace.get(`${pathOf(call)}?include=callPurpose&fields[callPurpose]=name`);

      expect(document.included).toEqual([
        {
          ...linkageTo(purpose),
          attributes: { name: 'Sparse' },
          relationships: {},
          meta: { deletedAt: expect.any(String) },
        },
      ]);
    });

    it('Are found by the filter on it, and not by that on none', async () => {
      const purpose = await create('Filtered');
      const call = await logCall(purpose);
      await grace.delete(pathOf(purpose));

      const found = await grace.get(`/calls?filter[callPurpose][id]=${purpose.id}`);
      const without = await grace.get('/calls?filter[callPurpose][id]=__null__');

      expect(found.resources.map(({ id }) => id)).toEqual([call.id]);
      expect(without.resources.map(({ id }) => id)).not.toContain(call.id);
    });

    it('Can be changed, also when the change names it, and can get another purpose', async () => {
      const [first, second] = [await create('Before'), await create('After')];
      const call = await logCall(first);
      await grace.delete(pathOf(first));

      const noted = await grace.patch(pathOf(call), {
        ...change(call, { note: 'Called back.' }),
        relationships: { callPurpose: { data: linkageTo(first) } },
      });
      const moved = await grace.patch(pathOf(call), {
        ...linkageTo(call),
        relationships: { callPurpose: { data: linkageTo(second) } },
      });
      const back = await grace.patch(pathOf(call), {
        ...linkageTo(call),
        relationships: { callPurpose: { data: linkageTo(first) } },
      });

      expect([noted.status, noted.resource.relationships.callPurpose?.data]).toEqual([200, linkageTo(first)]);
      expect(moved.resource.relationships.callPurpose?.data).toEqual(linkageTo(second));
      expect(back.status).toBe(422);
      expect(back.errors).toEqual([
        expect.objectContaining({ source: { pointer: '/data/relationships/callPurpose' } }),
      ]);
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
