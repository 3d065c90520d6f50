import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../src/config/settings.js';
import type { ChangeFeed } from '../../src/database/change-feed.js';
import { JsonApiOptions } from '../../src/json-api/nest/json-api-options.js';
import type { Viewer } from '../../src/json-api/resource.js';
import { ResponseCache } from '../../src/response-cache/response-cache.js';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';

describe('Remembered reads', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { name: 'Ada', roles: ['admin'] });
  });
  afterAll(() => service.close());

  const nameOf = async (client: Client, id: string, query = '') =>
    (await client.get(`/callPurposes/${id}${query}`)).resource.attributes.name;

  describe('A write', () => {
    it('Shows in the next read of the collection and of the resource', async () => {
      const names = async () => (await admin.get('/callPurposes')).resources.map(({ attributes }) => attributes.name);
      await names();

      const { resource } = await admin.post('/callPurposes', {
        type: 'callPurpose',
        attributes: { name: 'Remembered' },
      });
      expect(await names()).toContain('Remembered');

      await nameOf(admin, resource.id);
      await admin.patch(`/callPurposes/${resource.id}`, {
        type: 'callPurpose',
        id: resource.id,
        attributes: { name: 'Renamed' },
      });
      expect(await nameOf(admin, resource.id)).toBe('Renamed');
      expect(await names()).toEqual(expect.arrayContaining(['Renamed']));

      await admin.delete(`/callPurposes/${resource.id}`);
      expect((await admin.get(`/callPurposes/${resource.id}`)).status).toBe(404);
      expect(await names()).not.toContain('Renamed');
    });

    it('Shows in a read with an included user whose name has changed', async () => {
      const made = await service
        .as('grace', { name: 'Grace' })
        .post('/callPurposes', { type: 'callPurpose', attributes: { name: 'Hers' } });
      const creator = async () =>
        (await admin.get(`/callPurposes/${made.resource.id}?include=creator`)).document.included?.[0]?.attributes.name;
      expect(await creator()).toBe('Grace');

      await service.as('grace', { name: 'Grace Hopper' }).get('/callPurposes');
      expect(await creator()).toBe('Grace Hopper');
    });
  });

  describe('Answers that depend on who asks', () => {
    it('Never show one user the permissions of another', async () => {
      const made = await service
        .as('ann')
        .post('/callPurposes', { type: 'callPurpose', attributes: { name: "Ann's" } });
      const url = `/callPurposes/${made.resource.id}?provideAuthorizationMeta=true`;
      const metaFor = async (client: Client) => (await client.get(url)).resource.meta;

      for (let round = 0; round < 2; round += 1) {
        expect(await metaFor(service.as('ann'))).toEqual({ canWrite: true, canDelete: true });
        expect(await metaFor(service.as('ben'))).toEqual({ canWrite: false, canDelete: false });
        expect(await metaFor(admin)).toEqual({ canWrite: true, canDelete: true });
        expect(await metaFor(service.as('ann', { scopes: ['callPurposes.read', 'callPurposes.write'] }))).toEqual({
          canWrite: true,
          canDelete: false,
        });
      }
    });

    it.each(['include=creator', '%69nclude=creator', 'include=%63reator'])(
      'Refuse ?%s to a token without the scope, even after another was answered',
      async (query) => {
        expect((await admin.get(`/callPurposes?${query}`)).status).toBe(200);
        expect((await admin.get(`/callPurposes?${query}`)).status).toBe(200);
        expect((await service.as('cid', { scopes: ['callPurposes.all'] }).get(`/callPurposes?${query}`)).status).toBe(
          403,
        );
      },
    );

    it('Are refused to a token without the read scope', async () => {
      await admin.get('/callPurposes');
      expect((await service.as('cid', { scopes: ['callPurposes.write'] }).get('/callPurposes')).status).toBe(403);
      expect((await service.anonymous.get('/callPurposes')).status).toBe(401);
    });
  });

  describe('A remembered answer', () => {
    it('Is the same to the byte, with the same ETag, as the first one', async () => {
      const first = await admin.get('/callPurposes/3?fields[callPurpose]=name');
      const second = await admin.get('/callPurposes/3?fields[callPurpose]=name');

      expect(second.text).toBe(first.text);
      expect(second.headers.etag).toBe(first.headers.etag);
      expect(second.headers['content-type']).toBe('application/vnd.api+json');
    });

    it('Has the links of the host that was asked', async () => {
      await admin.get('/callPurposes/3');
      const other = await admin.get('/callPurposes/3', { host: 'other.example:8080' });

      expect(other.document.links.self).toBe('http://other.example:8080/api/v2/callPurposes/3');
    });

    it('Is given as 304 to who has it already', async () => {
      const { headers } = await admin.get('/callPurposes/3');
      const again = await admin.get('/callPurposes/3', { 'if-none-match': String(headers.etag) });

      expect(again.status).toBe(304);
      expect(again.text).toBe('');
      expect(again.headers.etag).toBe(headers.etag);
    });
  });

  describe('The memory for answers', () => {
    const changes = { generation: 1 };
    const memory = () =>
      new ResponseCache(
        { responseCache: true } as Settings,
        changes as ChangeFeed,
        new JsonApiOptions('/api/v2', 'http://localhost', false, { trusts: () => false, headers: 'x-forwarded' }),
      );
    const requestFor = (url: string) => ({ url }) as FastifyRequest;
    const viewer: Viewer = { key: '', can: () => true, isAdministrator: false };

    it('Stays bounded under a million distinct queries', () => {
      const cache = memory();
      const body = Buffer.alloc(200);
      const query = (number: number) => requestFor(`/api/v2/callPurposes?filter[name]=${number}`);
      for (let number = 0; number < 1_000_000; number += 1) {
        cache.remember(query(number), undefined, { generation: 1, body, etag: undefined });
      }
      expect(cache.size).toBeLessThanOrEqual(32 * 1024 * 1024);
      expect(cache.find(query(999_999), viewer)?.body).toBe(body);
      expect(cache.find(query(0), viewer)).toBeUndefined();
    });

    it('Gives nothing of another generation, and keeps nothing that was begun in one', () => {
      const cache = memory();
      const request = requestFor('/api/v2/callPurposes');
      const answer = { generation: 1, body: Buffer.from('old'), etag: undefined };
      cache.remember(request, undefined, answer);
      expect(cache.find(request, viewer)?.body).toBe(answer.body);

      changes.generation = 2;
      expect(cache.find(request, viewer)).toBeUndefined();

      const late = requestFor('/api/v2/callPurposes/1');
      cache.remember(late, undefined, answer);
      changes.generation = 1;
      expect(cache.find(late, viewer)).toBeUndefined();
    });

    it('Gives the answer to one viewer to no other', () => {
      const cache = memory();
      const request = requestFor('/api/v2/callPurposes?provideAuthorizationMeta=true');
      cache.remember(request, viewer, { generation: 1, body: Buffer.from('hers'), etag: undefined });
      expect(cache.find(request, viewer)?.body.toString()).toBe('hers');
      expect(cache.find(request, { ...viewer, key: 'another' })).toBeUndefined();
    });
  });
});
