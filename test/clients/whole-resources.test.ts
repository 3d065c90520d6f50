import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { linkageTo, newCall, newPurpose } from '../helper/documents.js';
import { coloquent } from '../helper/clients/coloquent.js';
import { devour } from '../helper/clients/devour.js';
import type { Access, Library } from '../helper/clients/library.js';
import { orbit } from '../helper/clients/orbit.js';
import { reststate } from '../helper/clients/reststate.js';
import { warpDrive } from '../helper/clients/warp-drive.js';

const LIBRARIES: [string, (access: Access) => Library][] = [
  ['Coloquent', coloquent],
  ['Devour', devour],
  ['Orbit', orbit],
  ['reststate', reststate],
  ['WarpDrive', warpDrive],
];

let service: Service;
let admin: Client;

describe.each(LIBRARIES)('The client %s, which sends whole resources back,', (name, libraryFor) => {
  let library: Library;

  beforeAll(async () => {
    service = await build();
    admin = service.as('admin', { roles: ['admin'] });
    library = libraryFor({ api: `${await service.listen()}/api/v2`, token: admin.token ?? '' });
  });
  afterAll(() => service.close());

  /** The resource but for what a change of that attribute changes. */
  async function rest(path: string, attribute: string) {
    const { resource } = await admin.get(path);
    const { [attribute]: value, updatedAt, ...attributes } = resource.attributes;
    return { value, updatedAt, rest: { ...resource, attributes } };
  }

  it('Can make a call purpose and change it', async () => {
    const id = await library.create('callPurpose', { name: `Made by ${name}`, order: 5 });
    const before = await rest(`/callPurposes/${id}`, 'order');
    expect(before).toMatchObject({ value: 5, rest: { attributes: { name: `Made by ${name}` } } });

    await library.change('callPurpose', id, 'order', 9);

    const after = await rest(`/callPurposes/${id}`, 'order');
    expect(after).toMatchObject({ value: 9, rest: before.rest });
    expect(after.updatedAt).not.toBe(before.updatedAt);
  });

  it('Can change a call purpose of nobody, and one of another', async () => {
    const { resource } = await service.as('grace').post('/callPurposes', newPurpose({ name: `Of Grace for ${name}` }));
    for (const id of ['2', resource.id]) {
      const before = await rest(`/callPurposes/${id}`, 'name');
      await library.change('callPurpose', id, 'name', `${String(before.value)}, changed`);
      expect(await rest(`/callPurposes/${id}`, 'name')).toMatchObject({
        value: `${String(before.value)}, changed`,
        rest: before.rest,
      });
    }
  });

  it('Can make a call and change it', async () => {
    const id = await library.create('call', { direction: 'outbound', from: '+49 30 1', tags: ['a', 'b'] });
    const before = await rest(`/calls/${id}`, 'note');

    await library.change('call', id, 'note', 'Called back.');

    expect(await rest(`/calls/${id}`, 'note')).toMatchObject({ value: 'Called back.', rest: before.rest });
  });

  it('Can change a call of another, with a purpose, times and null', async () => {
    const { resource: purpose } = await admin.get('/callPurposes/3');
    const times = { dialedAt: '2026-01-02T03:04:05.006Z', answeredAt: null, completedAt: '0001-01-01T00:00:00.000Z' };
    const { resource } = await service.as('grace').post('/calls', newCall(times, linkageTo(purpose)));
    const before = await rest(`/calls/${resource.id}`, 'outcome');

    await library.change('call', resource.id, 'outcome', 'Answered');

    expect(await rest(`/calls/${resource.id}`, 'outcome')).toMatchObject({ value: 'Answered', rest: before.rest });
  });
});
