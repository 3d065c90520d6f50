import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { newCall, newPurpose, pathOf } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';
import { unique } from '../helper/fixtures.js';

/** What clients do that read a resource, change some of it, and save the whole. */
describe('Documents that are sent back', () => {
  let service: Service;
  let ada: Client;
  let path: string;
  let read: Answer['resource'];

  beforeAll(async () => {
    service = await build();
    ada = service.as('ada');
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    const { resource } = await ada.post('/callPurposes', newPurpose({ name: unique('Whole'), order: 5 }));
    path = pathOf(resource);
    read = (await ada.get(`${path}?fields[callPurpose]=name,order,createdAt,updatedAt,creator,calls`)).resource;
  });

  const withAttributes = (attributes: object) => ({ ...read, attributes: { ...read.attributes, ...attributes } });

  it('Are taken whole, with what is changed in them', async () => {
    const { status, resource } = await ada.patch(path, withAttributes({ order: 6 }));

    expect(status).toBe(200);
    expect(resource.attributes).toEqual({
      ...read.attributes,
      order: 6,
      updatedAt: expect.not.stringMatching(String(read.attributes.updatedAt)),
    });
    expect(resource.relationships).toEqual(read.relationships);
  });

  it('Change nothing where nothing is changed in them', async () => {
    const { status, resource } = await ada.patch(path, read);
    expect([status, resource.attributes]).toEqual([200, read.attributes]);
  });

  it('Are taken for calls, with a purpose that is deleted meanwhile', async () => {
    const { resource: purpose } = await ada.post('/callPurposes', newPurpose({ name: unique('Deleted') }));
    const linkage = { type: 'callPurpose', id: purpose.id };
    const { resource: call } = await ada.post('/calls', newCall({ note: 'before' }, linkage));
    await ada.delete(pathOf(purpose));
    const { resource: whole } = await ada.get(pathOf(call));
    const { status, resource } = await ada.patch(pathOf(call), {
      ...whole,
      attributes: { ...whole.attributes, note: 'after' },
    });

    expect([status, resource.attributes.note]).toEqual([200, 'after']);
    expect(resource.relationships.callPurpose).toEqual(whole.relationships.callPurpose);
  });

  it.each([
    ['with seconds alone', (time: string) => time.replace(/\.\d+/, '')],
    ['with microseconds', (time: string) => time.replace('Z', '999Z')],
    ['in another zone', (time: string) => `${new Date(Date.parse(time) + 7_200_000).toISOString().slice(0, -1)}+02:00`],
  ])('May have their times %s', async (_, written) => {
    const { createdAt, updatedAt } = read.attributes as Record<string, string>;
    const times = { createdAt: written(String(createdAt)), updatedAt: written(String(updatedAt)) };
    expect((await ada.patch(path, withAttributes({ ...times, order: 7 }))).status).toBe(200);
  });

  it('Are refused after another change, by their updatedAt', async () => {
    await ada.patch(path, { type: 'callPurpose', id: read.id, attributes: { order: 9 } });
    const error = expectError(await ada.patch(path, withAttributes({ order: 6 })), 409, 'conflict');

    expect(error).toMatchObject({
      detail: 'The resource has changed since it was read.',
      source: { pointer: '/data/attributes/updatedAt' },
    });
    expect((await ada.get(path)).resource.attributes.order).toBe(9);
  });

  it.each<[string, object, string]>([
    ['another createdAt', { attributes: { createdAt: '2020-01-01T00:00:00.000Z' } }, '/data/attributes/createdAt'],
    ['no creator', { relationships: { creator: { data: null } } }, '/data/relationships/creator'],
    [
      'another creator',
      { relationships: { creator: { data: { type: 'user', id: '999' } } } },
      '/data/relationships/creator',
    ],
    ['no calls', { relationships: { calls: { data: [] } } }, '/data/relationships/calls'],
  ])('Are refused with %s, which is read-only', async (_, members, pointer) => {
    const answer = await ada.patch(path, { type: 'callPurpose', id: read.id, ...members });
    expect(expectError(answer, 422, 'validationError').source).toEqual({ pointer });
  });

  it('Are taken for new resources, with all that is not there yet', async () => {
    const answer = await ada.post('/callPurposes', {
      type: 'callPurpose',
      id: null,
      attributes: { name: unique('New'), createdAt: null, updatedAt: null },
      relationships: { creator: { data: null }, calls: { data: [] } },
    });
    expect(answer.status).toBe(201);
    expect(answer.resource.relationships.creator).toMatchObject({ data: { type: 'user' } });
  });

  it('Are refused for new resources with what the service says itself', async () => {
    const made = newPurpose({ name: unique('New'), createdAt: '2026-01-01T00:00:00.000Z' });
    expect(expectError(await ada.post('/callPurposes', made), 422, 'validationError').source).toEqual({
      pointer: '/data/attributes/createdAt',
    });
    expectError(await ada.post('/callPurposes', { ...read, id: '7' }), 403, 'unauthorizedRequest');
  });
});
