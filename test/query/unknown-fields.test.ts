import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';

describe('Unknown names in fields', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
  });
  afterAll(() => service.close());

  it.each([
    ['fields[callPurpose]=unknown', []],
    ['fields[callPurpose]=name,', ['name']],
    ['fields[callPurpose]=,', []],
    ['fields[callPurpose]=name,%20order', ['name']],
    ['fields[callPurpose]=order,priority,name,externalSource', ['name', 'order']],
    ['fields[callPurpose]=id,type', []],
    ['fields[callPurpose]=nameKey', []],
    ['fields[callPurpose]=__proto__,constructor,toString', []],
    ['fields[callPurpose]=order&fields[prospect]=name', ['order']],
  ])('Are passed over: %s', async (query, expected) => {
    const { status, resources } = await client.get(`/callPurposes?${query}`);

    expect(status).toBe(200);
    expect(resources.length).toBeGreaterThan(0);
    for (const { attributes, relationships } of resources)
      expect([Object.keys(attributes), relationships]).toEqual([expected, {}]);
  });

  it.each(['fields[callPurposes]=name', 'fields[unknown]=', 'fields[__proto__]=', 'fields[constructor]=name'])(
    'Are passed over as types: %s',
    async (query) => {
      const all = await client.get('/callPurposes');
      const { status, document, resources } = await client.get(`/callPurposes?${query}`);

      expect(status).toBe(200);
      expect(resources).toEqual(all.resources);
      expect(document.links.self).toBe(
        `http://localhost/api/v2/callPurposes?${query.replace('[', '%5B').replace(']', '%5D')}`,
      );
    },
  );

  it('Are passed over on one resource and in writes too', async () => {
    const query = 'fields[callPurpose]=name,unknown&fields[unknown]=x';
    const data = { type: 'callPurpose', attributes: { name: 'Sparse and unknown' } };
    const made = await client.post(`/callPurposes?${query}`, data);
    const read = await client.get(`/callPurposes/${made.resource.id}?${query}`);

    expect([made.status, made.resource.attributes]).toEqual([201, { name: 'Sparse and unknown' }]);
    expect([read.status, read.resource.attributes]).toEqual([200, { name: 'Sparse and unknown' }]);
  });
});
