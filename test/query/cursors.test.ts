import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callResource } from '../../src/calls/call.resource.js';
import { parseSort } from '../../src/json-api/query/sort.js';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Cursors', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    await insertCalls(
      service,
      Array.from({ length: 10 }, (_, n) => ({ from: `${n % 3}`, dialedAt: `2024-01-0${(n % 3) + 1}` })),
    );
  });
  afterAll(() => service.close());

  /** The cursor to the second page of that collection. */
  async function cursorOf(url: string): Promise<string> {
    const { next = '' } = (await client.get(`${url}${url.includes('?') ? '&' : '?'}page[size]=3`)).document.links;
    return new URL(next).searchParams.get('page[after]') ?? '';
  }

  /** A cursor with a right checksum: anyone who reads the source can make one. */
  function forged(sort: string, body: unknown): string {
    const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64url');
    const sum = createHash('sha256')
      .update(`${parseSort(callResource, sort).signature}.${text}`)
      .digest('base64url');
    return `${text}.${sum.slice(0, 12)}`;
  }

  describe('A cursor', () => {
    it('Cannot have been changed anywhere', async () => {
      const cursor = await cursorOf('/calls');
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
      for (let at = 0; at < cursor.length; at++) {
        const other = alphabet[(alphabet.indexOf(cursor[at] ?? '') + 1) % alphabet.length] ?? '';
        const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
        expectRefusal(await client.get(`/calls?page[after]=${changed}`), 422, 'page[after]');
        expectRefusal(await client.get(`/calls?page[before]=${changed}`), 422, 'page[before]');
      }
    });

    it('Cannot be cut, made longer, or something else', async () => {
      const cursor = await cursorOf('/calls');
      const [body = '', sum = ''] = cursor.split('.');
      const others = ['.', '..', 'abc', '1', 'null', body, `${body}.`, `.${sum}`, `${cursor}.`, `${cursor}.x`];
      for (const other of [
        ...others,
        cursor.slice(0, -1),
        `${cursor}A`,
        `${cursor}=`,
        ` ${cursor}`,
        `${sum}.${body}`,
      ]) {
        expectRefusal(await client.get(`/calls?page[after]=${encodeURIComponent(other)}`), 422, 'page[after]');
      }
    });

    it('Cannot have been made for another sort', async () => {
      const sorts = [
        'id',
        '-id',
        'from',
        '-from',
        'to',
        'from,dialedAt',
        'dialedAt,from',
        'from,-dialedAt',
        'from,-id',
      ];
      for (const made of sorts) {
        const cursor = await cursorOf(`/calls?sort=${made}`);
        expect((await client.get(`/calls?sort=${made}&page[after]=${cursor}`)).status).toBe(200);
        for (const used of sorts.filter((sort) => sort !== made))
          expectRefusal(await client.get(`/calls?sort=${used}&page[after]=${cursor}`), 422, 'page[after]');
      }
    });

    it('Cannot have been made for another resource', async () => {
      await service.as('grace').get('/users');
      await service.as('linus').get('/users');
      await service.as('edsger').get('/users');
      expectRefusal(await client.get(`/users?page[after]=${await cursorOf('/calls')}`), 422, 'page[after]');
      expectRefusal(await client.get(`/calls?page[before]=${await cursorOf('/users')}`), 422, 'page[before]');
      const byCreation = await cursorOf('/callPurposes?sort=createdAt');
      expectRefusal(await client.get(`/calls?sort=createdAt&page[after]=${byCreation}`), 422, 'page[after]');
    });

    it('Cannot come twice, or both ways at once', async () => {
      const cursor = await cursorOf('/calls');
      const both = await client.get(`/calls?page[after]=${cursor}&page[before]=${cursor}`);
      expectRefusal(both, 422, 'page[before]');
      const twice = await client.get(`/calls?page[after]=${cursor}&page[after]=${await cursorOf('/calls?sort=from')}`);
      expectRefusal(twice, 400, 'page[after]');
    });

    it('Does not belong to one resource', async () => {
      expectRefusal(await client.get(`/calls/1?page[after]=${await cursorOf('/calls')}`), 400, 'page[after]');
    });

    it('May be forged when it says what the service could have said', async () => {
      const { status, resources } = await client.get(`/calls?page[after]=${forged('id', [false, ['4']])}`);
      expect(status).toBe(200);
      expect(resources.map(({ id }) => Number(id))).toEqual([5, 6, 7, 8, 9, 10]);
    });
  });

  describe('A forged cursor with a right checksum', () => {
    it.each<[string, unknown]>([
      ['id', []],
      ['id', {}],
      ['id', null],
      ['id', 'not JSON'],
      ['id', '{"__proto__":1}'],
      ['id', [false]],
      ['id', [false, null]],
      ['id', [false, '1']],
      ['id', [false, { 0: '1', length: 1 }]],
      ['id', [false, []]],
      ['id', [false, ['1', '2']]],
      ['id', [false, [1]]],
      ['id', [false, [null]]],
      ['id', [false, [['1']]]],
      ['id', [false, [{}]]],
      ['id', [false, ['']]],
      ['id', [false, ['one']]],
      ['id', [false, ['1.5']]],
      ['id', [false, ['1; drop table call']]],
      ['id', [false, ['9'.repeat(30)]]],
      ['from', [false, ['0']]],
      ['from', [false, ['0\0', '1']]],
      ['from', [false, ['0', null]]],
      ['from', [false, [0, '1']]],
      ['from', [false, [true, '1']]],
      ['direction', [false, [null, '1']]],
      ['dialedAt', [false, ['', '1']]],
      ['dialedAt', [false, ['yesterday', '1']]],
      ['dialedAt', [false, ['infinity', '1']]],
      ['dialedAt', [false, ['2024-02-30T00:00:00.000Z', '1']]],
      ['dialedAt', [false, ['+012024-02-03T00:00:00.000Z', '1']]],
      ['createdAt', [false, [null, '1']]],
    ])('Is refused when it holds junk: sort=%s, %j', async (sort, body) => {
      const cursor = forged(sort, body);
      expectRefusal(await client.get(`/calls?sort=${sort}&page[after]=${cursor}`), 422, 'page[after]');
      expectRefusal(await client.get(`/calls?sort=${sort}&page[before]=${cursor}`), 422, 'page[before]');
    });

    it.each<[string, unknown]>([
      ['dialedAt', [false, ['2024-01-01T00:00:00+20:00', '1']]],
      ['dialedAt', [false, ['2024-01-01T24:00:00.5Z', '1']]],
      ['from', [false, ['x'.repeat(10_000), '1']]],
      ['from', [true, [null, '-5']]],
      ['from', [false, ['\ud800', '1']]],
    ])('Never leads to a fault of the service: sort=%s, %j', async (sort, body) => {
      const { status } = await client.get(`/calls?sort=${sort}&page[after]=${forged(sort, body)}`);
      expect([200, 422]).toContain(status);
    });
  });
});
