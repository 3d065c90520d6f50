import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Values of filters', () => {
  let service: Service;
  let client: Client;
  let midnight: string;
  let second: string;
  let millisecond: string;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    [midnight = '', second = '', millisecond = ''] = await insertCalls(service, [
      { dialedAt: '2024-02-29T00:00:00Z' },
      { dialedAt: '2024-02-29T10:20:30Z' },
      { dialedAt: '2024-02-29T10:20:30.123Z' },
    ]);
  });
  afterAll(() => service.close());

  const dialedAt = async (value: string) => client.get(`/calls?filter[dialedAt]=${value}`);

  describe('A date in a filter', () => {
    it('Is midnight UTC when it has no time', async () => {
      expect(idsOf(await dialedAt('2024-02-29'))).toEqual([midnight]);
    });

    it('May have seconds or milliseconds', async () => {
      expect(idsOf(await dialedAt('2024-02-29T10:20:30Z'))).toEqual([second]);
      expect(idsOf(await dialedAt('2024-02-29T10:20:30.000Z'))).toEqual([second]);
      expect(idsOf(await dialedAt('2024-02-29T10:20:30.123Z'))).toEqual([millisecond]);
    });

    it.each(['2024-02-29T12:20:30%2B02:00', '2024-02-29T12:20:30%2B0200', '2024-02-29T05:20:30-05:00'])(
      'May have an offset: %s',
      async (value) => {
        expect(idsOf(await dialedAt(value))).toEqual([second]);
      },
    );

    it('May have an offset whose plus sign was not percent-encoded', async () => {
      expect(idsOf(await dialedAt('2024-02-29T12:20:30+02:00'))).toEqual([second]);
    });

    it('Finds the row that it was read from', async () => {
      const [created] = (await client.get(`/calls?filter[id]=${millisecond}`)).resources;
      const { createdAt, dialedAt: dialed } = created?.attributes as Record<string, string>;
      expect(idsOf(await client.get(`/calls?filter[dialedAt]=${dialed}&filter[createdAt]=${createdAt}`))).toEqual([
        millisecond,
      ]);
    });

    it.each([
      'yesterday',
      'now',
      'infinity',
      '',
      '2024-02',
      '2024-2-9',
      '2023-02-29',
      '2024-13-01',
      '2024-02-29T25:00:00Z',
      '2024-02-29T10:60:00Z',
      '2024-02-29T10:20Z',
      '2024-02-29T10:20:30',
      '2024-02-29T10:20:30.Z',
      '0000-01-01',
      '10000-01-01',
      '-0044-03-15',
      '1709200800',
      '2024-02-29T10:20:30Z%00',
    ])('Cannot be %j', async (value) => {
      expectRefusal(await dialedAt(value), 422, 'filter[dialedAt]');
    });

    it.each(['2024-02-29T00:00:00%2B23:59', '2024-02-29T00:00:00-20:00', '2024-02-29T24:00:00.5Z'])(
      'Is never taken further than the database can: %s',
      async (value) => {
        const { status, errors } = await dialedAt(value);
        expect([200, 422]).toContain(status);
        expect(errors.map(({ source }) => source)).toEqual(status === 200 ? [] : [{ parameter: 'filter[dialedAt]' }]);
      },
    );
  });

  describe('A range in a filter', () => {
    it.each([
      '2024-02-29..',
      '..2024-02-29',
      '..',
      '2024-01-01..2024-01-02..2024-01-03',
      'inf..neginf',
      'inf',
      'neginf',
    ])('Cannot be %j', async (value) => {
      expectRefusal(await dialedAt(value), 422, 'filter[dialedAt]');
    });
  });

  describe('A number in a filter', () => {
    it.each(['one', '1.5', '1e3', '0x1', '', '1,', '1,,2', ' 1', '99999999999999999999', 'NaN'])(
      'Cannot be %j',
      async (value) => {
        const encoded = encodeURIComponent(value);
        expectRefusal(await client.get(`/calls?filter[id]=${encoded}`), 422, 'filter[id]');
        expectRefusal(await client.get(`/calls?filter[user][id]=${encoded}`), 422, 'filter[user][id]');
        expectRefusal(await client.get(`/callPurposes?filter[order]=${encoded}`), 422, 'filter[order]');
      },
    );

    it('May be negative, zero, or larger than the column holds', async () => {
      for (const value of ['-5', '0', '3000000000', 'neginf..-1', '%2B3000000000']) {
        const { status, resources } = await client.get(`/callPurposes?filter[order]=${value}`);
        expect({ value, status, resources }).toEqual({ value, status: 200, resources: [] });
      }
    });
  });

  describe('A text in a filter', () => {
    it('Cannot have a NUL character', async () => {
      expectRefusal(await client.get('/calls?filter[from]=a%00b'), 422, 'filter[from]');
    });

    it('May be any other control character, quote or backslash', async () => {
      const from = 'a\u0001\n\t\'"\\$1?:x';
      const [id = ''] = await insertCalls(service, [{ from }]);
      expect(idsOf(await client.get(`/calls?filter[from]=${encodeURIComponent(from)}`))).toEqual([id]);
    });
  });

  describe('A filter', () => {
    it.each([
      ['/calls', 'filter[unknown]'],
      ['/calls', 'filter[note]'],
      ['/calls', 'filter[tags]'],
      ['/calls', 'filter[version]'],
      ['/calls', 'filter[call_purpose_id]'],
      ['/calls', 'filter[callPurpose][name]'],
      ['/calls', 'filter[callPurpose][id][x]'],
      ['/calls', 'filter[from][x]'],
      ['/calls', 'filter[from][gte][gte]'],
      ['/calls', 'filter[from][toString]'],
      ['/calls', 'filter[constructor]'],
      ['/calls', 'filter[__proto__]'],
      ['/calls', 'filter[]'],
      ['/calls', 'filter[ID]'],
      ['/callPurposes', 'filter[deletedAt]'],
      ['/callPurposes', 'filter[nameKey]'],
      ['/users', 'filter[subject]'],
    ])('Cannot be on what is not filterable: %s?%s', async (path, name) => {
      expectRefusal(await client.get(`${path}?newFilterSyntax=true&${name}=1`), 422, name);
    });

    it.each([
      ['creator', 'filter[creator]'],
      ['creator', 'filter[creator][id]'],
      ['creator', 'filter[creator][name]'],
      ['creator', 'filter[creator][id][]'],
      ['creator', 'filter[creator][gte]'],
      ['calls', 'filter[calls]'],
      ['calls', 'filter[calls][id]'],
    ])('Says so on a relationship that is no filter, %s: %s', async (relationship, name) => {
      for (const syntax of [false, true]) {
        const answer = await client.get(`/callPurposes?newFilterSyntax=${syntax}&${name}=1`);
        expectRefusal(answer, 422, name);
        expect(answer.errors[0]?.detail).toBe(`Relationship '${relationship}' cannot be used as a filter.`);
      }
    });

    it('Must say what it is on', async () => {
      expectRefusal(await client.get('/calls?filter=1'), 400, 'filter');
    });

    it('Does not belong to one resource', async () => {
      expectRefusal(await client.get(`/calls/${midnight}?filter[from]=Ada`), 400, 'filter[from]');
    });
  });

  describe('A filter on other resources', () => {
    it('Finds purposes by name, order and dates', async () => {
      const demo = await client.get('/callPurposes?filter[name]=Demo');
      expect(demo.resources.map(({ attributes }) => attributes.name)).toEqual(['Demo']);
      const [first] = demo.resources;
      const { order, createdAt, updatedAt } = first?.attributes ?? {};
      const query = `filter[order]=${String(order)}&filter[createdAt]=${String(createdAt)}&filter[updatedAt]=${String(updatedAt)}`;
      expect(idsOf(await client.get(`/callPurposes?${query}`))).toEqual([first?.id]);
      expect((await client.get('/callPurposes?filter[name]=demo')).resources).toEqual([]);
    });

    it('Finds users by email and name', async () => {
      await service.as('grace', { name: 'Grace, H.', email: 'grace@example.com' }).get('/users');
      const [{ id } = { id: '' }] = await service.sql<{ id: string }>(
        `select id from api_user where subject = 'grace'`,
      );
      expect(idsOf(await client.get('/users?filter[email]=grace@example.com'))).toEqual([id]);
      expect(idsOf(await client.get('/users?newFilterSyntax=true&filter[name]=Grace,%20H.'))).toEqual([id]);
    });
  });
});
