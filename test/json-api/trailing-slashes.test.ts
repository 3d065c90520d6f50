import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/observability/metrics.js';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { makePurpose, unique } from '../helper/fixtures.js';

describe('A slash at the end of a path', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  it.each([
    ['/callPurposes/', '/callPurposes'],
    ['/callPurposes/?page[size]=2&count=true', '/callPurposes?page[size]=2&count=true'],
    ['/callPurposes/1/', '/callPurposes/1'],
    ['/callPurposes/1/?include=creator', '/callPurposes/1?include=creator'],
    ['/calls/', '/calls'],
    ['/users/?sort=-id', '/users?sort=-id'],
    ['/', 'http://localhost/api/v2'],
    ['/callPurposes?filter[name]=a/', '/callPurposes?filter[name]=a/'],
  ])('Means the same as none, with the same links: %s', async (slashed, plain) => {
    const [one, other] = [await admin.get(slashed), await admin.get(plain)];

    expect(one.status).toBe(200);
    expect(one.text).toBe(other.text);
    expect(one.headers.etag).toBe(other.headers.etag);
    expect(new URL(one.document.links.self ?? '').pathname).not.toMatch(/\/$/);
  });

  it('Is as well in writes', async () => {
    const data = { type: 'callPurpose', attributes: { name: unique('Slashed') } };
    const made = await admin.post('/callPurposes/', data);
    const { id } = made.resource;
    const changed = await admin.patch(`/callPurposes/${id}/`, { ...data, id });
    const gone = await admin.delete(`/callPurposes/${id}/`);

    expect([made.status, changed.status, gone.status]).toEqual([201, 200, 204]);
    expect(made.headers.location).toBe(`http://localhost/api/v2/callPurposes/${id}`);
  });

  it('Makes no other request of a repeated one', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const data = { type: 'callPurpose', attributes: { name: unique('Repeated') } };
    const [first, again] = [
      await admin.post('/callPurposes', data, headers),
      await admin.post('/callPurposes/', data, headers),
    ];

    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.text).toBe(first.text);
  });

  it('Is given the remembered answer, which is forgotten with the other', async () => {
    const id = await makePurpose(service);
    const named = async (path: string) => (await admin.get(path)).resource.attributes.name;
    const before = await named(`/callPurposes/${id}/`);
    await admin.patch(`/callPurposes/${id}`, { type: 'callPurpose', id, attributes: { name: unique('Renamed') } });

    expect(await named(`/callPurposes/${id}`)).not.toBe(before);
    expect(await named(`/callPurposes/${id}/`)).toBe(await named(`/callPurposes/${id}`));
  });

  it('Is no other method, nor another path', async () => {
    const known = await admin.send('PUT', '/callPurposes/');
    const unknown = await admin.get('/nowhere/');

    expect([known.status, known.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(unknown.errors[0]).toMatchObject({
      code: 'routeNotFound',
      detail: "There is nothing at '/api/v2/nowhere'.",
    });
    for (const path of ['/callPurposes//', '//callPurposes', '/callPurposes/%2F', '/callPurposes/1//'])
      expect((await admin.get(path)).status).toBe(404);
  });

  it.each([
    '/health/live/',
    '/health/ready/',
    '/metrics/',
    '/health/live/?x=1',
    '/api/v2/schema/openapi.json/',
    '/docs/',
  ])('Means the same outside of the resources: %s', async (url) => {
    const [slashed, plain] = [
      await service.app.inject({ url }),
      await service.app.inject({ url: url.replace(/\/(?=\?|$)/, '') }),
    ];

    expect([slashed.statusCode, slashed.headers['content-type']]).toEqual([200, plain.headers['content-type']]);
  });

  it('Is counted under the same route', async () => {
    const counted = async () =>
      /http_request_duration_seconds_count\{.*route="\/api\/v2\/users\/:id".*\} (\d+)/.exec(
        await service.app.get(Metrics, { strict: false }).print(),
      )?.[1] ?? '0';
    const before = Number(await counted());
    await admin.get('/users/1');
    await admin.get('/users/1/');

    expect(Number(await counted())).toBe(before + 2);
  });

  describe('The page of the OpenAPI document', () => {
    it.each(['/docs', '/docs/', '/docs?x=/', '/docs/?x'])('Leads to its files from %s', async (url) => {
      const page = await service.app.inject({ url });
      const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);

      expect(links).toHaveLength(4);
      for (const link of links) {
        const { pathname } = new URL(link, `http://localhost${url}`);
        expect(pathname).toMatch(/^\/docs\/[\w.-]+$/);
        expect((await service.app.inject({ url: pathname })).statusCode).toBe(200);
      }
    });
  });
});

describe('The root', () => {
  const SETTINGS: [name: string, env: Record<string, string>, headers: Record<string, string>, location: string][] = [
    ['', {}, {}, '/docs'],
    ['under PUBLIC_URL', { PUBLIC_URL: 'https://example.com/purposes' }, {}, '/purposes/docs'],
    ['behind a proxy', { TRUST_PROXY: '1' }, { 'x-forwarded-prefix': '/purposes' }, '/purposes/docs'],
  ];

  it.each(SETTINGS)('Leads to the page of the OpenAPI document %s', async (_, env, headers, location) => {
    const service = await build(env);
    try {
      for (const [method, url] of [
        ['GET', '/'],
        ['HEAD', '/'],
        ['GET', '/?x=1'],
      ] as const) {
        const answer = await service.app.inject({ method, url, headers });
        expect([answer.statusCode, answer.headers.location, answer.body]).toEqual([302, location, '']);
        expect(answer.headers['x-request-id']).toBeDefined();
      }
      const posted = await service.app.inject({ method: 'POST', url: '/', headers });
      expect([posted.statusCode, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
    } finally {
      await service.close();
    }
  });
});
