import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Parameters of the query', () => {
  let service: Service;
  let client: Client;
  let ids: string[];

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    ids = await insertCalls(service, [{ from: 'a b' }, { from: 'a+b' }, { from: 'a&b=c#d' }, { from: 'a%20b' }]);
  });
  afterAll(() => service.close());

  describe('A query parameter', () => {
    it.each([
      'unknown',
      'Filter[from]',
      'filters[from]',
      'Sort',
      'limit',
      'offset',
      'page',
      'per_page',
      'q',
      '_method',
      '__proto__',
      '__proto__[x]',
      'constructor[prototype][x]',
      'include[]',
      'sort[]',
      'sort[from]',
      'count[x]',
      'newFilterSyntax[]',
      'provideAuthorizationMeta[]',
    ])('Is refused when it does not exist: %s', async (name) => {
      for (const path of ['/calls', '/callPurposes', '/users'])
        expectRefusal(await client.get(`${path}?${name}=1`), 400, name);
    });

    it.each([
      '[]',
      '[from]',
      'filter[',
      'filter]',
      'filter[from',
      'filter[from]]',
      'filter[[from]]',
      'filter[from]x',
      '',
    ])('Is refused when its name is none: %j', async (name) => {
      expectRefusal(await client.get(`/calls?${name}=1`), 400, name);
    });

    it('Is also refused on one resource, on POST and on PATCH', async () => {
      const data = { type: 'callPurpose', attributes: { name: 'With parameters' } };
      expectRefusal(await client.post('/callPurposes?unknown=1', data), 400, 'unknown');
      expectRefusal(await client.post('/callPurposes?sort=name', data), 400, 'sort');
      expect(await service.sql(`select 1 from call_purpose where name = 'With parameters'`)).toEqual([]);

      const { resource } = await client.post('/callPurposes', data);
      const change = { type: 'callPurpose', id: resource.id, attributes: { name: 'Changed' } };
      expectRefusal(await client.get(`/callPurposes/${resource.id}?unknown=1`), 400, 'unknown');
      expectRefusal(await client.patch(`/callPurposes/${resource.id}?unknown=1`, change), 400, 'unknown');
      expect((await client.get(`/callPurposes/${resource.id}`)).resource.attributes.name).toBe('With parameters');
    });

    it('Gives one error each when several are unknown', async () => {
      const { status, errors } = await client.get('/calls?one=1&two=2&page[size]=5');
      expect(status).toBe(400);
      expect(errors.map(({ source }) => source?.parameter)).toEqual(['one', 'two']);
    });

    it.each([20, 21, 1_000])('Gives 20 errors and one that says that there are more, of %i', async (count) => {
      const { status, errors } = await client.get(
        `/calls?${Array.from({ length: count }, (_, n) => `p${n}`).join('&')}`,
      );

      expect(status).toBe(400);
      expect(errors.slice(0, 20).map(({ source }) => source?.parameter)).toEqual(
        Array.from({ length: 20 }, (_, n) => `p${n}`),
      );
      const more = { status: '400', code: 'invalidQueryParameter', detail: 'There are more faults than these.' };
      expect(errors.slice(20)).toEqual(count > 20 ? [expect.objectContaining(more)] : []);
      for (const { source } of errors.slice(20)) expect(source).toBeUndefined();
    });

    it('May come twice with the same value', async () => {
      const url = '/calls?page[size]=2&sort=-id&page%5Bsize%5D=2&sort=%2Did&page[size]=2';
      expect(idsOf(await client.get(url))).toEqual([ids[3], ids[2]]);
      const { status, document } = await client.get('/calls?count=true&count=true&include=&include=');
      expect(status).toBe(200);
      expect(document.links.self).toBe('http://localhost/api/v2/calls?count=true&include=');
    });

    it('Cannot come twice with different values', async () => {
      for (const query of ['page[size]=2&page[size]=3', 'page[size]=2&page%5Bsize%5D=02'])
        expectRefusal(await client.get(`/calls?${query}`), 400, 'page[size]');
      expectRefusal(await client.get('/calls?sort=from&sort=-from'), 400, 'sort');
      expectRefusal(await client.get('/calls?count=true&count=false'), 400, 'count');
      expectRefusal(await client.get('/calls?include=user&include=callPurpose'), 400, 'include');
      expectRefusal(await client.get('/calls?filter[from]=a&filter[from]=b'), 400, 'filter[from]');
      expectRefusal(
        await client.get('/calls?newFilterSyntax=true&filter[id][gt]=1&filter[id][gt]=2'),
        400,
        'filter[id][gt]',
      );
    });

    it('May have its brackets raw or percent-encoded', async () => {
      for (const name of ['filter[from]', 'filter%5Bfrom%5D', 'filter%5bfrom%5d', 'filter[from%5D', '%66ilter[fro%6D]'])
        expect(idsOf(await client.get(`/calls?${name}=a%20b`))).toEqual([ids[0]]);
    });

    it('Has a plus sign for a blank and %2B for a plus sign', async () => {
      expect(idsOf(await client.get('/calls?filter[from]=a+b'))).toEqual([ids[0]]);
      expect(idsOf(await client.get('/calls?filter[from]=a%2Bb'))).toEqual([ids[1]]);
    });

    it('Is decoded once', async () => {
      expect(idsOf(await client.get('/calls?filter[from]=a%26b%3Dc%23d'))).toEqual([ids[2]]);
      expect(idsOf(await client.get('/calls?filter[from]=a%2520b'))).toEqual([ids[3]]);
    });

    it('Keeps an equals sign in its value', async () => {
      const [id = ''] = await insertCalls(service, [{ from: 'x=y=z' }]);
      expect(idsOf(await client.get('/calls?filter[from]=x=y=z'))).toEqual([id]);
    });

    it.each(['filter[from]=%', 'filter[from]=%4', 'filter[from]=%zz', 'filter[from]=%ff', 'filter[from]=%C3'])(
      'Is refused when its percent encoding is broken: %s',
      async (query) => {
        expectRefusal(await client.get(`/calls?${query}`), 400, 'filter[from]');
      },
    );

    it('Is refused when its name has a broken percent encoding', async () => {
      const { status, errors } = await client.get('/calls?filter%5=1');
      expect({ status, code: errors[0]?.code }).toEqual({ status: 400, code: 'invalidQueryParameter' });
    });

    it('May be nothing at all', async () => {
      for (const query of ['?', '?&', '?&&&']) {
        const { status, document } = await client.get(`/calls${query}`);
        expect(status).toBe(200);
        expect(document.links.self).toBe('http://localhost/api/v2/calls');
      }
    });
  });

  describe('A switch', () => {
    it.each(['count', 'newFilterSyntax', 'provideAuthorizationMeta'])('Is true or false: %s', async (name) => {
      for (const value of ['true', 'false'])
        expect((await client.get(`/callPurposes?${name}=${value}`)).status).toBe(200);
      for (const value of ['', '0', '1', 'yes', 'no', 'TRUE', 'False', '%20true', 'null', 'true,true'])
        expectRefusal(await client.get(`/callPurposes?${name}=${value}`), 422, name);
      expectRefusal(await client.get(`/callPurposes?${name}`), 422, name);
    });

    it('Is refused once, though it is a list of many values', async () => {
      const { status, errors } = await client.get('/calls/1?filter[from][]=a&filter[from][]=b');

      expect(status).toBe(400);
      expect(errors.map(({ source }) => source?.parameter)).toEqual(['filter[from][]']);
    });
  });
});
