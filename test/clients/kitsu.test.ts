import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Kitsu from 'kitsu';
import { type Service, build } from '../helper/build.js';
import { MEDIA_TYPE } from '../helper/client.js';

interface Purpose {
  id: string;
  type: string;
  name: string;
  order: number;
}

interface Answer<Data> {
  data: Data;
  status: number;
  links: Record<string, string>;
}

let service: Service;
let kitsu: Kitsu;

/** Types are singular here and paths plural, which Kitsu has no option for. */
function kitsuFor(origin: string, token = ''): Kitsu {
  const client = new Kitsu({
    baseURL: `${origin}/api/v2`,
    headers: { Authorization: `Bearer ${token}` },
    camelCaseTypes: false,
    resourceCase: 'none',
    pluralize: false,
  });
  client.interceptors.request.use((request) => {
    request.url = request.url?.replace(/^callPurpose\b/, 'callPurposes');
    return request;
  });
  return client;
}

const create = async (attributes: Partial<Purpose>) =>
  (await kitsu.create('callPurpose', attributes)) as Answer<Purpose>;

describe('The client Kitsu', () => {
  beforeAll(async () => {
    service = await build();
    kitsu = kitsuFor(await service.listen(), service.as('grace', { name: 'Grace' }).token);
  });
  afterAll(() => service.close());

  it('Can list call purposes', async () => {
    const { data, status, links } = (await kitsu.get('callPurpose', {
      params: { sort: '-order', page: { size: 3 }, filter: { order: '1..5' } },
    })) as Answer<Purpose[]>;

    expect(status).toBe(200);
    expect(data.map(({ id, type, name, order }) => [typeof id, type, name, order])).toEqual([
      ['string', 'callPurpose', 'Demo', 5],
      ['string', 'callPurpose', 'Discovery', 4],
      ['string', 'callPurpose', 'Qualification', 3],
    ]);
    expect(Object.keys(links).sort()).toEqual(['first', 'next', 'self']);
  });

  it('Can get one with its creator', async () => {
    const { data: made } = await create({ name: 'With creator' });

    const { data } = (await kitsu.get(`callPurpose/${made.id}`, { params: { include: 'creator' } })) as Answer<
      Purpose & { creator: { data: { type: string; name: string } } }
    >;

    expect(data.name).toBe('With creator');
    expect(data.creator.data).toMatchObject({ type: 'user', name: 'Grace' });
  });

  it('Can create one', async () => {
    const { data, status } = await create({ name: 'Made by Kitsu', order: 42 });

    expect(status).toBe(201);
    expect(data).toMatchObject({ type: 'callPurpose', name: 'Made by Kitsu', order: 42 });
    expect(await service.sql('select name, "order" from call_purpose where id = ?', [data.id])).toEqual([
      { name: 'Made by Kitsu', order: 42 },
    ]);
  });

  it('Can update one', async () => {
    const { data: made } = await create({ name: 'Changed by Kitsu', order: 42 });

    const { data, status } = (await kitsu.update('callPurpose', { id: made.id, order: 43 })) as Answer<Purpose>;

    expect(status).toBe(200);
    expect(data).toMatchObject({ id: made.id, name: 'Changed by Kitsu', order: 43 });
  });

  it('Can delete one', async () => {
    const { data: made } = await create({ name: 'Deleted by Kitsu' });

    const { status } = (await kitsu.remove('callPurpose', made.id)) as Answer<undefined>;

    expect(status).toBe(204);
    await expect(kitsu.get(`callPurpose/${made.id}`)).rejects.toMatchObject({
      errors: [{ status: '404', code: 'resourceNotFound' }],
    });
  });

  it('Shows the faults of a request', async () => {
    await expect(create({ name: 'Demo', order: 1.5 })).rejects.toMatchObject({
      response: { status: 422, headers: { 'content-type': MEDIA_TYPE } },
      errors: [{ code: 'validationError', source: { pointer: '/data/attributes/order' } }],
    });
  });
});
