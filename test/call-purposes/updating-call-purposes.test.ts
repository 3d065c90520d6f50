import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, ResourceObject } from '../helper/client.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';

describe('Updating', () => {
  let service: Service;
  let grace: Client;

  beforeAll(async () => {
    service = await build();
    grace = service.as('grace', { name: 'Grace' });
  });
  afterAll(() => service.close());

  const LONG_AGO = '2020-02-02T02:02:02.020Z';

  /** A purpose of Grace's that was made and last changed long ago. */
  async function oldPurpose(name: string): Promise<ResourceObject> {
    const { resource } = await grace.post('/callPurposes', newPurpose({ name, order: 100 }));
    await service.sql('alter table call_purpose disable trigger touch');
    await service.sql('update call_purpose set created_at = ?, updated_at = ? where id = ?', [
      LONG_AGO,
      LONG_AGO,
      resource.id,
    ]);
    await service.sql('alter table call_purpose enable trigger touch');
    return (await grace.get(pathOf(resource))).resource;
  }

  const versionOf = async ({ id }: ResourceObject) =>
    (await service.sql('select version from call_purpose where id = ?', [id]))[0]?.version;

  describe('Updating a call purpose', () => {
    it('Can rename it and leaves the rest as it is', async () => {
      const purpose = await oldPurpose('Renamed soon');

      const { status, resource } = await grace.patch(pathOf(purpose), change(purpose, { name: 'Renamed' }));

      expect(status).toBe(200);
      expect(resource).toEqual({
        ...purpose,
        attributes: { ...purpose.attributes, name: 'Renamed', updatedAt: expect.any(String) },
      });
      expect((await grace.get(pathOf(purpose))).resource).toEqual(resource);
    });

    it('Can move it and leaves the rest as it is', async () => {
      const purpose = await oldPurpose('Moved soon');

      const { status, resource } = await grace.patch(pathOf(purpose), change(purpose, { order: -3 }));

      expect(status).toBe(200);
      expect(resource.attributes).toEqual({ ...purpose.attributes, order: -3, updatedAt: expect.any(String) });
      expect(await service.sql('select name, "order" from call_purpose where id = ?', [purpose.id])).toEqual([
        { name: 'Moved soon', order: -3 },
      ]);
    });

    it('Can set the order to 0', async () => {
      const purpose = await oldPurpose('To the front');

      const { resource } = await grace.patch(pathOf(purpose), change(purpose, { order: 0 }));

      expect(resource.attributes.order).toBe(0);
    });

    it('Moves updatedAt, version and ETag, but not createdAt, when something changes', async () => {
      const purpose = await oldPurpose('Touched');
      const before = await grace.get(pathOf(purpose));
      const version = Number(await versionOf(purpose));

      const after = await grace.patch(pathOf(purpose), change(purpose, { order: 101 }));

      expect(before.resource.attributes).toMatchObject({ createdAt: LONG_AGO, updatedAt: LONG_AGO });
      expect(after.resource.attributes.createdAt).toBe(LONG_AGO);
      expect(after.resource.attributes.updatedAt).not.toBe(LONG_AGO);
      expect(after.headers.etag).not.toBe(before.headers.etag);
      expect((await grace.get(pathOf(purpose))).headers.etag).toBe(after.headers.etag);
      expect(await versionOf(purpose)).toBe(version + 1);
    });

    it.each([
      ['the values that it has', { name: 'Untouched', order: 100 }],
      ['its name with white space around it', { name: '  Untouched ' }],
      ['no attribute', {}],
    ])('Changes nothing, not even updatedAt, when given %s', async (_, attributes) => {
      const purpose = await oldPurpose('Untouched');
      const before = await grace.get(pathOf(purpose));
      const version = await versionOf(purpose);

      const after = await grace.patch(pathOf(purpose), change(purpose, attributes));

      expect(after.status).toBe(200);
      expect(after.text).toBe(before.text);
      expect(after.headers.etag).toBe(before.headers.etag);
      expect(await versionOf(purpose)).toBe(version);
      await grace.delete(pathOf(purpose));
    });

    it('Can do without the attributes member', async () => {
      const purpose = await oldPurpose('No attributes');

      const { status, resource } = await grace.patch(pathOf(purpose), { type: 'callPurpose', id: purpose.id });

      expect(status).toBe(200);
      expect(resource).toEqual(purpose);
    });

    it.each([
      ['name', null],
      ['name', ' '],
      ['name', 'x'.repeat(256)],
      ['order', null],
      ['order', 2_147_483_648],
      ['createdAt', '2021-03-03T03:03:03.030Z'],
      ['updatedAt', 'now'],
      ['deletedAt', LONG_AGO],
      ['version', 7],
      ['creator', 1],
      ['__proto__', {}],
      ['constructor', 'x'],
    ])('Cannot set %s to %j, and then changes nothing', async (name, value) => {
      const purpose = await oldPurpose('Refused');
      const attributes = `{"order": 1, "name": "Refused anyway", ${JSON.stringify(name)}: ${JSON.stringify(value)}}`;

      const { status, errors } = await grace.send('PATCH', pathOf(purpose), {
        body: `{"data": {"type": "callPurpose", "id": "${purpose.id}", "attributes": ${attributes}}}`,
      });

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: `/data/attributes/${name}` } }),
      ]);
      expect((await grace.get(pathOf(purpose))).resource).toEqual(purpose);
      await grace.delete(pathOf(purpose));
    });

    it.each(['creator', 'calls', 'owner'])('Cannot set the relationship %s', async (name) => {
      const purpose = await oldPurpose(`Without ${name}`);

      const { status, errors } = await grace.patch(pathOf(purpose), {
        ...change(purpose, { order: 1 }),
        relationships: { [name]: { data: null } },
      });

      expect(status).toBe(422);
      expect(errors).toEqual([
        expect.objectContaining({ code: 'validationError', source: { pointer: `/data/relationships/${name}` } }),
      ]);
      expect((await grace.get(pathOf(purpose))).resource).toEqual(purpose);
    });

    it('Takes the id as an integer too', async () => {
      const purpose = await oldPurpose('Integer id');

      const { status } = await grace.patch(pathOf(purpose), {
        ...change(purpose, { order: 9 }),
        id: Number(purpose.id),
      });

      expect(status).toBe(200);
    });

    it.each(['999999', '0', '-1', '01', '1.0', 'one', '9007199254740993', '99999999999999999999'])(
      'Cannot update the unknown purpose %s',
      async (id) => {
        const { status, errors } = await grace.patch(`/callPurposes/${id}`, {
          type: 'callPurpose',
          id,
          attributes: {},
        });

        expect(status).toBe(404);
        expect(errors).toEqual([
          expect.objectContaining({
            code: 'resourceNotFound',
            detail: `Could not find 'callPurpose' with ID '${id}'.`,
          }),
        ]);
      },
    );
  });

  describe('Who may update a call purpose', () => {
    it('An administrator may update that of another user, who stays its creator', async () => {
      const purpose = await oldPurpose('Of Grace');

      const { status, resource } = await service
        .as('ada', { roles: ['admin'] })
        .patch(pathOf(purpose), change(purpose, { order: 8 }));

      expect(status).toBe(200);
      expect(resource.attributes.order).toBe(8);
      expect(resource.relationships.creator).toEqual(purpose.relationships.creator);
    });

    it('Another user may not', async () => {
      const purpose = await oldPurpose('Only of Grace');

      const { status, errors } = await service.as('eve').patch(pathOf(purpose), change(purpose, { order: 8 }));

      expect(status).toBe(403);
      expect(errors).toEqual([expect.objectContaining({ code: 'unauthorizedRequest' })]);
      expect((await grace.get(pathOf(purpose))).resource).toEqual(purpose);
    });

    it('Only an administrator may update a ready-made one', async () => {
      const [demo] = (await grace.get('/callPurposes?filter[name]=Demo')).resources;

      const update = (client: Client) =>
        client.patch(`/callPurposes/${demo?.id}`, { type: 'callPurpose', id: demo?.id, attributes: { order: 50 } });

      expect((await update(grace)).status).toBe(403);
      expect((await update(service.as('ada', { roles: ['admin'] }))).status).toBe(200);
    });
  });
});
