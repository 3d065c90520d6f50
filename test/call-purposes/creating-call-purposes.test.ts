import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newPurpose, pathOf } from '../helper/documents.js';

describe('Creating', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace', { name: 'Grace' });
  });
  afterAll(() => service.close());

  const purposesInDatabase = async () => Number((await service.sql('select count(*) as n from call_purpose'))[0]?.n);

  describe('Creating a call purpose', () => {
    it('Can create one with a name and an order', async () => {
      const { status, resource } = await grace.post('/callPurposes', newPurpose({ name: 'Upselling', order: 3 }));

      expect(status).toBe(201);
      expect(resource.attributes).toMatchObject({ name: 'Upselling', order: 3 });
      expect(
        await service.sql('select name, "order", deleted_at from call_purpose where id = ?', [resource.id]),
      ).toEqual([{ name: 'Upselling', order: 3, deleted_at: null }]);
    });

    it('Makes the user who asks its creator', async () => {
      const { resource } = await grace.post('/callPurposes', newPurpose({ name: 'Feedback' }));

      const [row] = await service.sql<{ subject: string; id: unknown }>(
        'select api_user.id, subject from api_user join call_purpose on creator_id = api_user.id where call_purpose.id = ?',
        [resource.id],
      );
      expect(row?.subject).toBe('grace');
      expect(resource.relationships.creator).toEqual({
        data: { type: 'user', id: String(row?.id) },
        links: { related: `http://localhost/api/v2/users/${String(row?.id)}` },
      });
    });

    it('Links to the calls that carry it', async () => {
      const { resource } = await grace.post('/callPurposes', newPurpose({ name: 'Survey' }));

      expect(resource.relationships.calls).toEqual({
        links: { related: `http://localhost/api/v2/calls?filter%5BcallPurpose%5D%5Bid%5D=${resource.id}` },
      });
    });

    it('Says when it was made, in UTC with milliseconds', async () => {
      const { resource } = await grace.post('/callPurposes', newPurpose({ name: 'Complaint' }));

      expect(resource.attributes.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(resource.attributes.updatedAt).toBe(resource.attributes.createdAt);
    });

    it('Answers with its URL, and with the document and ETag that a GET of that URL gives', async () => {
      const created = await grace.post('/callPurposes', newPurpose({ name: 'Reactivation' }));

      const self = `http://localhost/api/v2/callPurposes/${created.resource.id}`;
      expect(created.headers.location).toBe(self);
      expect(created.resource.links).toEqual({ self });
      expect(created.document.links).toEqual({ self });
      const read = await grace.get(self);
      expect(read.status).toBe(200);
      expect(read.text).toBe(created.text);
      expect(created.headers.etag).toMatch(/^"[^"]+"$/);
      expect(read.headers.etag).toBe(created.headers.etag);
    });

    it('Ignores members of the document that it should not have', async () => {
      const resource = {
        ...newPurpose({ name: 'Cross-selling' }),
        meta: { a: 1 },
        links: { self: '/nowhere' },
        more: [],
      };

      const { status } = await grace.post('/callPurposes', resource);

      expect(status).toBe(201);
    });

    it('Gives one error for each fault and creates nothing', async () => {
      const before = await purposesInDatabase();

      const { status, errors } = await grace.post('/callPurposes', {
        type: 'callPurpose',
        attributes: { order: 'first', createdAt: '2020-01-01T00:00:00.000Z', colour: 'red' },
        relationships: { creator: { data: { type: 'user', id: '7' } }, calls: { data: 7 }, owner: { data: null } },
      });

      expect(status).toBe(422);
      expect(errors.map(({ source }) => source?.pointer).sort()).toEqual([
        '/data/attributes',
        '/data/attributes/colour',
        '/data/attributes/createdAt',
        '/data/attributes/order',
        '/data/relationships/calls',
        '/data/relationships/creator',
        '/data/relationships/owner',
      ]);
      expect(new Set(errors.map(({ code, status: of }) => `${of} ${code}`))).toEqual(new Set(['422 validationError']));
      expect(await purposesInDatabase()).toBe(before);
    });

    it('Cannot create one without attributes', async () => {
      const { status, errors } = await grace.post('/callPurposes', { type: 'callPurpose' });

      expect(status).toBe(422);
      expect(errors).toEqual([expect.objectContaining({ code: 'validationError', source: { pointer: '/data' } })]);
    });
  });

  describe('The order of a new call purpose', () => {
    it('Is one past the highest when none is given', async () => {
      const [highest] = await service.sql('select max("order") as max from call_purpose where deleted_at is null');

      const first = await grace.post('/callPurposes', newPurpose({ name: 'First of two' }));
      const second = await grace.post('/callPurposes', newPurpose({ name: 'Second of two' }));

      expect(first.resource.attributes.order).toBe(Number(highest?.max) + 1);
      expect(second.resource.attributes.order).toBe(Number(highest?.max) + 2);
    });

    it.each([0, -7, 1, 2_147_483_647, -2_147_483_648])('Can be %d', async (order) => {
      const { status, resource } = await grace.post('/callPurposes', newPurpose({ name: `Order ${order}`, order }));

      expect(status).toBe(201);
      expect(resource.attributes.order).toBe(order);
      expect((await grace.get(pathOf(resource))).resource.attributes.order).toBe(order);
      await grace.delete(pathOf(resource));
    });

    it.each([2_147_483_648, -2_147_483_649, 1.5, 1e300, '5', true, null, [1], { value: 1 }])(
      'Cannot be %j',
      async (order) => {
        const before = await purposesInDatabase();

        const { status, errors } = await grace.post('/callPurposes', newPurpose({ name: 'Never made', order }));

        expect(status).toBe(422);
        expect(errors).toEqual([
          expect.objectContaining({ code: 'validationError', source: { pointer: '/data/attributes/order' } }),
        ]);
        expect(await purposesInDatabase()).toBe(before);
      },
    );

    it('Is the highest possible one again when that is in use', async () => {
      const last = await grace.post('/callPurposes', newPurpose({ name: 'The last', order: 2_147_483_647 }));

      const { status, resource } = await grace.post('/callPurposes', newPurpose({ name: 'One past the last' }));

      expect([status, resource.attributes.order]).toEqual([201, 2_147_483_647]);
      for (const { id } of [last.resource, resource]) await grace.delete(`/callPurposes/${id}`);
    });

    it('May be that of another purpose, which stays before it', async () => {
      const first = await grace.post('/callPurposes', newPurpose({ name: 'Zulu', order: 500 }));
      const second = await grace.post('/callPurposes', newPurpose({ name: 'Alpha', order: 500 }));

      const { resources } = await grace.get('/callPurposes?filter[order]=500');

      expect(resources.map(({ id }) => id)).toEqual([first.resource.id, second.resource.id]);
    });
  });
});
