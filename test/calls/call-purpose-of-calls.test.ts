import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { linkageTo, newCall, newPurpose, pathOf } from '../helper/documents.js';

describe('Call purpose and user', () => {
  let service: Service;
  let grace: Client;
  let demo: ResourceObject;
  let closing: ResourceObject;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace');
    const { resources } = await grace.get('/callPurposes?filter[name]=Demo,Closing');
    [demo, closing] = resources as [ResourceObject, ResourceObject];
  });
  afterAll(() => service.close());

  const logCall = async (purpose: ResourceObject | null = null): Promise<ResourceObject> =>
    (await grace.post('/calls', newCall({}, purpose && linkageTo(purpose)))).resource;

  const withPurpose = (call: ResourceObject, data: unknown) => ({
    ...linkageTo(call),
    relationships: { callPurpose: { data } },
  });

  const purposeInDatabase = async ({ id }: ResourceObject) => {
    const [row] = await service.sql<{ purpose: string | null }>(
      'select call_purpose_id::text as purpose from call where id = ?',
      [id],
    );
    return row?.purpose;
  };

  describe('The call purpose of a call', () => {
    it('Can be given to a new call', async () => {
      const { status, resource } = await grace.post('/calls', newCall({}, linkageTo(demo)));

      expect(status).toBe(201);
      expect(resource.relationships.callPurpose).toEqual({
        data: linkageTo(demo),
        links: { related: `http://localhost/api/v2/callPurposes/${demo.id}` },
      });
      expect(await purposeInDatabase(resource)).toBe(demo.id);
    });

    it('Can be null in a new call', async () => {
      const { status, resource } = await grace.post('/calls', newCall({}, null));

      expect(status).toBe(201);
      expect(resource.relationships.callPurpose).toEqual({ data: null });
    });

    it('Can be given with an integer id', async () => {
      const { status, resource } = await grace.post(
        '/calls',
        newCall({}, { type: 'callPurpose', id: Number(demo.id) }),
      );

      expect(status).toBe(201);
      expect(resource.relationships.callPurpose?.data).toEqual(linkageTo(demo));
    });

    it('Can be changed, and taken away', async () => {
      const call = await logCall(demo);

      const changed = await grace.patch(pathOf(call), withPurpose(call, linkageTo(closing)));
      expect(changed.status).toBe(200);
      expect(changed.resource.relationships.callPurpose?.data).toEqual(linkageTo(closing));
      expect(await purposeInDatabase(call)).toBe(closing.id);

      const taken = await grace.patch(pathOf(call), withPurpose(call, null));
      expect(taken.status).toBe(200);
      expect(taken.resource.relationships.callPurpose).toEqual({ data: null });
      expect(taken.headers.etag).not.toBe(changed.headers.etag);
      expect(await purposeInDatabase(call)).toBeNull();
    });

    it('Stays when a change does not name it', async () => {
      const call = await logCall(demo);

      const { resource } = await grace.patch(pathOf(call), { ...linkageTo(call), attributes: { note: 'Changed.' } });

      expect(resource.attributes.note).toBe('Changed.');
      expect(resource.relationships.callPurpose?.data).toEqual(linkageTo(demo));
    });

    it('Leaves the call as it is when it is given the one that it has', async () => {
      const call = await logCall(demo);
      const before = await grace.get(pathOf(call));

      const { text, headers } = await grace.patch(pathOf(call), withPurpose(call, linkageTo(demo)));

      expect(text).toBe(before.text);
      expect(headers.etag).toBe(before.headers.etag);
    });

    it('May be one of another user', async () => {
      const { resource: purpose } = await service.as('ada').post('/callPurposes', newPurpose({ name: 'Of Ada' }));

      const call = await logCall(purpose);

      expect(call.relationships.callPurpose?.data).toEqual(linkageTo(purpose));
    });

    it('Can be shown with its creator', async () => {
      const { resource: purpose } = await service
        .as('ada', { name: 'Ada' })
        .post('/callPurposes', newPurpose({ name: 'Shown' }));
      const call = await logCall(purpose);

      const { document } = await grace.get(`${pathOf(call)}?include=callPurpose,user,callPurpose.creator`);

      const { creator } = purpose.relationships;
      const { user } = call.relationships;
      expect(document.included).toHaveLength(3);
      expect(document.included?.map(linkageTo)).toEqual(
        expect.arrayContaining([linkageTo(purpose), creator?.data, user?.data]),
      );
    });

    it('Cannot be one that does not exist', async () => {
      const call = await logCall(demo);

      for (const { status, errors } of [
        await grace.post('/calls', newCall({}, { type: 'callPurpose', id: '999999' })),
        await grace.patch(pathOf(call), withPurpose(call, { type: 'callPurpose', id: '999999' })),
      ]) {
        expect(status).toBe(422);
        expect(errors).toEqual([
          expect.objectContaining({
            code: 'validationError',
            source: { pointer: '/data/relationships/callPurpose' },
          }),
        ]);
      }
      expect(await purposeInDatabase(call)).toBe(demo.id);
    });

    it('Cannot be a deleted one', async () => {
      const { resource: purpose } = await grace.post('/callPurposes', newPurpose({ name: 'Deleted' }));
      await grace.delete(pathOf(purpose));

      const { status, errors } = await grace.post('/calls', newCall({}, linkageTo(purpose)));

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: '/data/relationships/callPurpose' } }),
      ]);
    });

    it.each([
      ['a linkage of another type', { data: { type: 'user', id: '1' } }],
      ['a linkage of the plural type', { data: { type: 'callPurposes', id: '1' } }],
      ['a linkage without type', { data: { id: '1' } }],
      ['a linkage without id', { data: { type: 'callPurpose' } }],
      ['a linkage with an id that is no number', { data: { type: 'callPurpose', id: 'demo' } }],
      ['a linkage with id 0', { data: { type: 'callPurpose', id: 0 } }],
      ['a linkage with a negative id', { data: { type: 'callPurpose', id: '-1' } }],
      ['a linkage with a fraction', { data: { type: 'callPurpose', id: 1.5 } }],
      ['a linkage with an id past every integer', { data: { type: 'callPurpose', id: '99999999999999999999' } }],
      ['a list of linkages', { data: [{ type: 'callPurpose', id: '1' }] }],
      ['an id alone', { data: '1' }],
      ['no data', { meta: {} }],
      ['a linkage that is not in data', { type: 'callPurpose', id: '1' }],
      ['null', null],
      ['a text', 'Demo'],
    ])('Cannot be %s', async (_, callPurpose) => {
      const [before] = await service.sql('select count(*) as n from call');

      const { status, errors } = await grace.post('/calls', { ...newCall(), relationships: { callPurpose } });

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: '/data/relationships/callPurpose' } }),
      ]);
      expect(await service.sql('select count(*) as n from call')).toEqual([before]);
    });

    it('Is what calls can be filtered by', async () => {
      const [ofDemo, ofClosing, ofNone] = [await logCall(demo), await logCall(closing), await logCall()];
      const found = async (filter: string) =>
        (await grace.get(`/calls?page[size]=1000&filter[callPurpose][id]=${filter}`)).resources.map(({ id }) => id);

      expect(await found(closing.id)).toContain(ofClosing.id);
      expect(await found(closing.id)).not.toContain(ofDemo.id);
      expect(await found(`${demo.id},${closing.id}`)).toEqual(expect.arrayContaining([ofDemo.id, ofClosing.id]));
      expect(await found('__null__')).toContain(ofNone.id);
      expect(await found('__notnull__')).not.toContain(ofNone.id);
    });

    it('Links back to its calls', async () => {
      const call = await logCall(closing);

      const related = String(closing.relationships.calls?.links?.related);
      const { resources } = await grace.get(`${related}&page[size]=1000`);

      expect(resources.map(({ id }) => id)).toContain(call.id);
      expect(new Set(resources.map(({ relationships }) => relationships.callPurpose?.data?.id))).toEqual(
        new Set([closing.id]),
      );
    });
  });

  describe('The user of a call', () => {
    it('Cannot be set', async () => {
      const call = await logCall();
      const user = { data: { type: 'user', id: '1' } };

      for (const { status, errors } of [
        await grace.post('/calls', { ...newCall(), relationships: { user } }),
        await grace.patch(pathOf(call), { ...linkageTo(call), relationships: { user: { data: null } } }),
      ]) {
        expect(status).toBe(422);
        expect(errors).toEqual([
          expect.objectContaining({ code: 'validationError', source: { pointer: '/data/relationships/user' } }),
        ]);
      }
    });

    it('Is what calls can be filtered by', async () => {
      const { resource: ofHedy } = await service.as('hedy').post('/calls', newCall());
      await logCall();

      const { resources } = await grace.get(`/calls?filter[user][id]=${ofHedy.relationships.user?.data?.id}`);

      expect(resources.map(({ id }) => id)).toEqual([ofHedy.id]);
    });
  });
});
