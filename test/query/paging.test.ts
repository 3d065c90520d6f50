import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { idsOf, walk } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Pages', () => {
  let service: Service;
  let client: Client;
  let ids: string[];

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    ids = await insertCalls(
      service,
      Array.from({ length: 120 }, (_, n) => ({ from: n % 5 === 0 ? null : `caller ${n % 4}`, to: 'x' })),
    );
  });
  afterAll(() => service.close());

  const parametersOf = (link = '') => Object.fromEntries(new URL(link).searchParams);

  describe('Paging by cursor', () => {
    it('Gives 50 rows when the request names no size', async () => {
      const { resources, document } = await client.get('/calls');
      expect(idsOf({ resources })).toEqual(ids.slice(0, 50));
      expect(Object.keys(document.links).sort()).toEqual(['first', 'next', 'self']);
    });

    it('Leaves out prev on the first page, next on the last, and neither between', async () => {
      const pages = await walk(client, '/calls?page[size]=40');
      expect(pages.map(idsOf)).toEqual([ids.slice(0, 40), ids.slice(40, 80), ids.slice(80)]);
      expect(pages.map(({ document }) => Object.keys(document.links).sort())).toEqual([
        ['first', 'next', 'self'],
        ['first', 'next', 'prev', 'self'],
        ['first', 'prev', 'self'],
      ]);
    });

    it('Has neither next nor prev when everything is on one page', async () => {
      for (const url of [
        '/calls?page[size]=120',
        '/calls?page[size]=1000',
        '/calls?filter[id]=1',
        '/calls?filter[to]=y',
      ]) {
        const { status, document } = await client.get(url);
        expect({ url, status, links: Object.keys(document.links) }).toEqual({
          url,
          status: 200,
          links: ['self', 'first'],
        });
      }
    });

    it('Leads from the last page back to the first', async () => {
      const forth = await walk(client, '/calls?page[size]=50');
      const last = forth.at(-1)?.document.links.self ?? '';
      const back = await walk(client, last, 'prev');
      expect(back.reverse().map(idsOf)).toEqual(forth.map(idsOf));
      expect(back[0]?.document.links).not.toHaveProperty('prev');
      expect(back[0]?.document.links).toHaveProperty('next');
    });

    it('Has links to the first page everywhere, without a cursor', async () => {
      const pages = await walk(client, '/calls?page[size]=40&sort=-from');
      const first = { 'page[size]': '40', sort: '-from' };
      for (const { document } of pages) expect(parametersOf(document.links.first)).toEqual(first);
      expect(idsOf(await client.get(pages[2]?.document.links.first ?? ''))).toEqual(
        idsOf(pages[0] ?? { resources: [] }),
      );
    });

    it('Carries every other parameter in absolute links', async () => {
      const others = {
        'filter[to][]': 'x',
        newFilterSyntax: 'true',
        sort: '-from,id',
        'page[size]': '30',
        include: 'user,callPurpose.creator',
        'fields[call]': 'from,to',
        'fields[user]': '',
        count: 'true',
        provideAuthorizationMeta: 'false',
      };
      const second = (await walk(client, `/calls?${new URLSearchParams(others).toString()}`))[1];
      const { self = '', first, prev, next } = second?.document.links ?? {};
      for (const link of [self, first, prev, next]) {
        expect(link).toMatch(/^http:\/\/localhost\/api\/v2\/calls\?/);
        expect(link).not.toMatch(/[[\] ,]/);
        expect(parametersOf(link)).toMatchObject(others);
      }
      expect(Object.keys(parametersOf(next)).sort()).toEqual([...Object.keys(others), 'page[after]'].sort());
      expect(Object.keys(parametersOf(prev)).sort()).toEqual([...Object.keys(others), 'page[before]'].sort());
      expect(parametersOf(first)).toEqual(others);
      expect(idsOf(await client.get(self))).toEqual(idsOf(second ?? { resources: [] }));
    });

    it('Carries every value of a list in its links', async () => {
      const { document } = await client.get('/calls?newFilterSyntax=true&filter[to][]=x&filter[to][]=y&page[size]=100');
      expect(new URL(document.links.next ?? '').searchParams.getAll('filter[to][]')).toEqual(['x', 'y']);
      expect((await client.get(document.links.next ?? '')).resources).toHaveLength(20);
    });

    it('Takes a cursor also with another page size', async () => {
      const { document } = await client.get('/calls?page[size]=30');
      const next = (document.links.next ?? '').replace('page%5Bsize%5D=30', 'page%5Bsize%5D=7');
      expect(idsOf(await client.get(next))).toEqual(ids.slice(30, 37));
      const prev = (await client.get(next)).document.links.prev ?? '';
      expect(idsOf(await client.get(prev.replace('page%5Bsize%5D=7', 'page%5Bsize%5D=4')))).toEqual(ids.slice(26, 30));
    });

    it('Takes a cursor with the default order spelled out', async () => {
      const cursor = parametersOf((await client.get('/calls?page[size]=10')).document.links.next)['page[after]'] ?? '';
      expect(idsOf(await client.get(`/calls?page[size]=10&sort=id&page[after]=${cursor}`))).toEqual(ids.slice(10, 20));
    });

    it('Counts an empty cursor as none', async () => {
      const cursor = parametersOf((await client.get('/calls?page[size]=10')).document.links.next)['page[after]'] ?? '';
      for (const query of ['page[after]=', 'page[before]=', 'page[after]=&page[before]=', 'page[after]'])
        expect(idsOf(await client.get(`/calls?page[size]=10&${query}`))).toEqual(ids.slice(0, 10));
      expect(idsOf(await client.get(`/calls?page[size]=10&page[after]=${cursor}&page[before]=`))).toEqual(
        ids.slice(10, 20),
      );
      expect(idsOf(await client.get('/calls?page[limit]=10&page[offset]=20&page[after]='))).toEqual(ids.slice(20, 30));
    });

    it('Keeps the way back when all rows after or before a cursor are gone', async () => {
      const extra = await insertCalls(service, [{ to: 'z' }, { to: 'z' }, { to: 'z' }]);
      const { document } = await client.get('/calls?filter[to]=z&page[size]=2');
      const third = await client.get(document.links.next ?? '');
      await service.sql('delete from call where id = ?', [extra[2]]);
      const empty = await client.get(document.links.next ?? '');
      expect(empty.resources).toEqual([]);
      expect(empty.document.links).not.toHaveProperty('next');
      expect(idsOf(await client.get(empty.document.links.prev ?? ''))).toEqual(extra.slice(0, 2));

      await service.sql('delete from call where id in (?, ?)', extra.slice(0, 2));
      const nothing = await client.get(third.document.links.prev ?? '');
      expect(nothing.resources).toEqual([]);
      expect(nothing.document.links).not.toHaveProperty('prev');
      expect(nothing.document.links).not.toHaveProperty('next');
    });
  });

  describe('Paging by offset', () => {
    it('Gives the rows past the offset, with links to all neighbours and the last page', async () => {
      const { resources, document } = await client.get('/calls?page[limit]=25&page[offset]=50&sort=id');
      expect(idsOf({ resources })).toEqual(ids.slice(50, 75));
      expect(Object.keys(document.links).sort()).toEqual(['first', 'last', 'next', 'prev', 'self']);
      const offsetOf = (link?: string) => parametersOf(link)['page[offset]'];
      const { first, prev, next, last } = document.links;
      expect([first, prev, next, last].map(offsetOf)).toEqual([undefined, '25', '75', '100']);
      for (const link of [first, prev, next, last])
        expect(parametersOf(link)).toMatchObject({ 'page[limit]': '25', sort: 'id' });
    });

    it('Walks through every row once', async () => {
      const pages = await walk(client, '/calls?page[limit]=25');
      expect(pages.flatMap(idsOf)).toEqual(ids);
      expect(pages[0]?.document.links).not.toHaveProperty('prev');
      expect(pages.at(-1)?.document.links.self).toBe(pages[0]?.document.links.last);
      expect((await walk(client, pages[0]?.document.links.last ?? '', 'prev')).reverse().flatMap(idsOf)).toEqual(ids);
    });

    it('Takes a limit or an offset alone', async () => {
      expect(idsOf(await client.get('/calls?page[limit]=3'))).toEqual(ids.slice(0, 3));
      expect(idsOf(await client.get('/calls?page[offset]=100'))).toEqual(ids.slice(100));
    });

    it('Gives an empty page past the end, with a way back', async () => {
      const { status, resources, document } = await client.get('/calls?page[limit]=50&page[offset]=10000');
      expect({ status, resources }).toEqual({ status: 200, resources: [] });
      expect(document.links).not.toHaveProperty('next');
      expect(idsOf(await client.get(document.links.last ?? ''))).toEqual(ids.slice(100));
    });

    it('Has a last page also when there is nothing', async () => {
      const { document } = await client.get('/calls?page[limit]=10&filter[to]=nobody');
      expect(Object.keys(document.links).sort()).toEqual(['first', 'last', 'self']);
    });
  });

  describe('A page', () => {
    it('Cannot be asked for in both styles', async () => {
      const cursor = parametersOf((await client.get('/calls')).document.links.next)['page[after]'] ?? '';
      for (const query of ['page[size]=5&page[limit]=5', 'page[offset]=0&page[size]=5', 'page[limit]=5&page[size]=5'])
        expectRefusal(await client.get(`/calls?${query}`), 422, 'page[size]');
      expectRefusal(await client.get(`/calls?page[after]=${cursor}&page[limit]=5`), 422, 'page[after]');
    });

    it.each(['page[size]', 'page[limit]'])('Has a %s from 1 to 1000', async (name) => {
      for (const value of ['1', '1000']) expect((await client.get(`/calls?${name}=${value}`)).status).toBe(200);
      for (const value of ['0', '1001', '-1', '', 'ten', '1.5', '1e2', '0x10', '%2B5', '99999999999999999999'])
        expectRefusal(await client.get(`/calls?${name}=${value}`), 422, name);
    });

    it('Has an offset from 0 to 10,000', async () => {
      for (const value of ['0', '10000']) expect((await client.get(`/calls?page[offset]=${value}`)).status).toBe(200);
      for (const value of ['-1', '10001', '', 'ten', '1.5'])
        expectRefusal(await client.get(`/calls?page[offset]=${value}`), 422, 'page[offset]');
    });

    it.each(['page[number]', 'page', 'page[]', 'page[size][x]', 'page[Size]', 'page[__proto__]', 'page[constructor]'])(
      'Has no %s',
      async (name) => {
        expectRefusal(await client.get(`/calls?${name}=1`), 400, name);
      },
    );
  });
});
