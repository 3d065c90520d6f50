import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, Document } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makeCall, makePurpose, unique, userId } from '../helper/fixtures.js';

describe('Links', () => {
  let service: Service;
  let admin: Client;

  /** Starts the service with those settings for the tests of a describe block. */
  const startWith = (env: Record<string, string>) => {
    beforeAll(async () => {
      service = await build(env);
      admin = service.as('ada', { roles: ['admin'] });
    });
    afterAll(() => service.close());
  };

  /** Every link anywhere in a document. */
  function linksIn(value: unknown): string[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) =>
      name === 'links' ? Object.values(member as Record<string, string>) : linksIn(member),
    );
  }

  /** The documents of all kinds that have links. */
  async function documents(headers: Record<string, string> = {}): Promise<Document[]> {
    const purpose = await makePurpose(service, 'ada');
    const call = await makeCall(service, 'ada', purpose);
    await makeCall(service, 'ada', purpose);
    const include = 'include=callPurpose.creator,user';
    const answers = [
      await admin.get('/callPurposes?page[size]=2&include=creator', headers),
      await admin.get(`/callPurposes/${purpose}?include=creator`, headers),
      await admin.get(`/calls?${include}&page[limit]=1&page[offset]=1`, headers),
      await admin.get(`/calls/${call}?${include}`, headers),
      await admin.get('/users', headers),
      await admin.patch(`/callPurposes/${purpose}`, { type: 'callPurpose', id: purpose }, headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    return answers.map(({ document }) => document);
  }

  /** The one origin (and prefix) that all links of all documents start with. */
  async function baseOfAllLinks(headers: Record<string, string> = {}): Promise<string> {
    const links = (await documents(headers)).flatMap(linksIn);
    expect(links.length).toBeGreaterThan(20);
    const bases = new Set(links.map((link) => link.slice(0, link.indexOf('/api/v2/'))));
    expect([...bases]).toHaveLength(1);
    return String([...bases][0]);
  }

  const FORGED = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-for': '203.0.113.9',
    forwarded: 'for=203.0.113.9;proto=https;host=evil.example.com',
  };

  describe('By default', () => {
    startWith({});

    describe('Links', () => {
      it('Are those of the resource, its relationships and the document', async () => {
        const id = await makePurpose(service, 'ada');
        const { document, resource } = await admin.get(`/callPurposes/${id}`);
        const base = 'http://localhost/api/v2';

        expect(document.links).toEqual({ self: `${base}/callPurposes/${id}` });
        expect(resource.links).toEqual({ self: `${base}/callPurposes/${id}` });
        expect(resource.relationships).toEqual({
          creator: {
            data: { type: 'user', id: await userId(service, 'ada') },
            links: { related: `${base}/users/${await userId(service, 'ada')}` },
          },
          calls: { links: { related: `${base}/calls?filter%5BcallPurpose%5D%5Bid%5D=${id}` } },
        });
      });

      it('Lead where they say', async () => {
        const purpose = await makePurpose(service, 'ada');
        const call = await makeCall(service, 'ada', purpose);
        const { resource } = await admin.get(`/callPurposes/${purpose}`);
        const creator = await admin.get(String(resource.relationships.creator?.links?.related));
        const calls = await admin.get(String(resource.relationships.calls?.links?.related));
        const self = await admin.get(resource.links.self);

        expect(creator.resource).toMatchObject({ type: 'user', id: await userId(service, 'ada') });
        expect(calls.resources.map(({ id }) => id)).toEqual([call]);
        expect(self.resource).toEqual(resource);
      });

      it('Leave out the creator that a ready-made purpose does not have', async () => {
        const { relationships } = (await admin.get('/callPurposes/1')).resource;

        expect(relationships.creator).toEqual({ data: null });
      });

      it('Repeat the query of the request in self', async () => {
        const { document } = await admin.get('/callPurposes/1?include=creator&fields[callPurpose]=name,creator');
        const self = new URL(document.links.self ?? '');

        expect([...self.searchParams]).toEqual([
          ['include', 'creator'],
          ['fields[callPurpose]', 'name,creator'],
        ]);
      });

      it.each([
        'calls.example.com',
        'calls.example.com:8080',
        'CALLS.example.com',
        'localhost:3000',
        '127.0.0.1',
        '[::1]:3000',
        'calls_internal',
        'x'.repeat(63),
      ])('Are made from the host of the request: %s', async (host) => {
        expect((await baseOfAllLinks({ host })).toLowerCase()).toBe(`http://${host}`.toLowerCase());
      });

      it('Believe nobody who says that they forward the request', async () => {
        expect(await baseOfAllLinks(FORGED)).toBe('http://localhost');
      });

      it('Are where a new resource is said to be', async () => {
        const data = { type: 'callPurpose', attributes: { name: unique('Located') } };
        const { headers, resource } = await admin.post('/callPurposes', data, { host: 'calls.example.com' });

        expect(headers.location).toBe(`http://calls.example.com/api/v2/callPurposes/${resource.id}`);
        expect(headers.location).toBe(resource.links.self);
      });
    });

    describe('A host that is none', () => {
      const JUNK = [
        'a b',
        'evil.example.com/path',
        'user@evil.example.com',
        'evil.example.com?x',
        'evil.example.com#x',
        'a,b',
        'a"b',
        '<script>',
        'host:port',
        'host:',
        'host:999999',
        'host:80:80',
        '[::1',
        '::1',
        'é.example.com',
        'a\\b',
        '%2e',
      ];

      it.each(JUNK)('Is a bad request: %s', async (host) => {
        for (const url of ['/callPurposes', '/callPurposes/1']) {
          const answer = await admin.get(url, { host });
          expectError(answer, 400, 'badRequest');
          expect(answer.text).not.toContain(host);
        }
      });

      it('Is a bad request before anything is written', async () => {
        const rows = () => service.sql('select id, version from call_purpose order by id');
        const before = await rows();
        const data = { type: 'callPurpose', attributes: { name: unique('Never made') } };
        const change = { type: 'callPurpose', id: '1', attributes: { order: 77 } };

        expectError(await admin.post('/callPurposes', data, { host: 'a b' }), 400, 'badRequest');
        expectError(await admin.patch('/callPurposes/1', change, { host: 'a b' }), 400, 'badRequest');
        expect(await rows()).toEqual(before);
      });
    });
  });

  describe('With PUBLIC_URL', () => {
    startWith({ PUBLIC_URL: 'https://calls.example.com:8443/purposes/', TRUST_PROXY: 'true' });
    const BASE = 'https://calls.example.com:8443/purposes';

    it('Links start with it, its path included, whatever the request says', async () => {
      expect(await baseOfAllLinks()).toBe(BASE);
      expect(await baseOfAllLinks({ ...FORGED, host: 'internal:3000' })).toBe(BASE);
    });

    it('A new resource is said to be there too', async () => {
      const data = { type: 'callPurpose', attributes: { name: unique('Located') } };
      const { headers, resource } = await admin.post('/callPurposes', data);

      expect(headers.location).toBe(`${BASE}/api/v2/callPurposes/${resource.id}`);
    });

    it('The pages of a collection are linked there', async () => {
      const { links } = (await admin.get('/callPurposes?page[size]=2')).document;

      expect(Object.keys(links).sort()).toEqual(['first', 'next', 'self']);
      for (const link of Object.values(links)) expect(link).toMatch(`${BASE}/api/v2/callPurposes?`);
    });
  });

  describe('With RESOURCE_ID_FORMAT=integer', () => {
    startWith({ RESOURCE_ID_FORMAT: 'integer' });

    /** Every id of a resource or identifier anywhere in a document. */
    function idsIn(value: unknown): unknown[] {
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
        name === 'id' ? [member] : idsIn(member),
      );
    }

    it('Every id is an integer, in data, linkage and what is included', async () => {
      for (const document of await documents()) {
        const ids = idsIn(document);
        expect(ids.length).toBeGreaterThan(0);
        expect(ids.filter((id) => !Number.isInteger(id))).toEqual([]);
      }
    });

    it('Request documents may carry either form', async () => {
      const id = await makePurpose(service);
      for (const form of [id, Number(id)]) {
        const { status, resource } = await admin.patch(`/callPurposes/${id}`, { type: 'callPurpose', id: form });
        expect(status).toBe(200);
        expect(resource.id).toBe(Number(id));
      }
    });

    it('Errors keep their ids as text', async () => {
      expectError(await admin.get('/callPurposes/999999'), 404, 'resourceNotFound');
    });
  });
});
