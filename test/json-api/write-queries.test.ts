import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { unique, userId } from '../helper/fixtures.js';

describe('Queries of writes', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  describe('The query of a write', () => {
    it('May ask for fewer fields', async () => {
      const url = '/callPurposes?fields[callPurpose]=name';
      const made = await admin.post(url, { type: 'callPurpose', attributes: { name: unique('Sparse') } });
      const { id } = made.resource;
      const changed = await admin.patch(`/callPurposes/${id}?fields[callPurpose]=order,creator`, {
        type: 'callPurpose',
        id,
      });

      expect(made.status).toBe(201);
      expect(Object.keys(made.resource.attributes)).toEqual(['name']);
      expect(made.resource.relationships).toEqual({});
      expect(Object.keys(changed.resource.attributes)).toEqual(['order']);
      expect(Object.keys(changed.resource.relationships)).toEqual(['creator']);
    });

    it('May include', async () => {
      const url = '/callPurposes?include=creator';
      const made = await admin.post(url, { type: 'callPurpose', attributes: { name: unique('Compound') } });
      const { id } = made.resource;
      const changed = await admin.patch(`/callPurposes/${id}?include=creator`, { type: 'callPurpose', id });

      for (const { document } of [made, changed]) {
        expect(document.included).toMatchObject([{ type: 'user', id: await userId(service, 'ada') }]);
      }
      expect(made.headers.location).toBe(`http://localhost/api/v2/callPurposes/${id}`);
      expect(made.resource.links.self).toBe(made.headers.location);
    });

    it.each([
      'nonsense=1',
      'include=calls',
      'include=nobody',
      'sort=name',
      'filter[id]=1',
      'page[size]=1',
      'count=true',
    ])('Must not have %s, and then nothing is written', async (query) => {
      const before = await service.sql('select * from call_purpose order by id');
      const made = await admin.post(`/callPurposes?${query}`, {
        type: 'callPurpose',
        attributes: { name: unique('Never') },
      });
      const changed = await admin.patch(`/callPurposes/1?${query}`, {
        type: 'callPurpose',
        id: '1',
        attributes: { order: 77 },
      });

      for (const answer of [made, changed]) {
        const { source } = expectError(answer, 400, 'invalidQueryParameter');
        expect(source).toEqual({ parameter: query.replace(/=.*/, '') });
      }
      expect(await service.sql('select * from call_purpose order by id')).toEqual(before);
    });
  });
});
