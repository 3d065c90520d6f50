import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newCall } from '../helper/documents.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls, insertUsers } from '../helper/rows.js';

describe('Plus signs and ranges in filters', () => {
  let service: Service;
  let client: Client;
  let ids: string[];

  const NUMBERS = ['+49301', '+49302', '+49309', '+49 30 7', '49301', 'sip:+49301@example.com', 'tel:+49301', 'a b'];

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    ids = await insertCalls(
      service,
      NUMBERS.map((number, n) => ({ from: number, to: number, dialedAt: `2026-01-0${n + 1}T10:00:00Z` })),
    );
  });
  afterAll(() => service.close());

  /** The numbers that the filters find. */
  async function found(query: string): Promise<(string | undefined)[]> {
    const answer = await client.get(`/calls?${query}`);
    expect({ query, status: answer.status, errors: answer.errors }).toEqual({ query, status: 200, errors: [] });
    return idsOf(answer).map((id) => NUMBERS[ids.indexOf(id)]);
  }

  describe.each(['from', 'to'])('A plus sign that is not percent-encoded, in filter[%s]', (name) => {
    it('Is a plus sign at the beginning', async () => {
      expect(await found(`filter[${name}]=+49301`)).toEqual(['+49301']);
      expect(await found(`filter[${name}]=+49%2030%207`)).toEqual(['+49 30 7']);
      expect(await found(`newFilterSyntax=true&filter[${name}]=+49301`)).toEqual(['+49301']);
    });

    it('Is one in each item of a list', async () => {
      expect(await found(`filter[${name}]=+49301,49301,+49302`)).toEqual(['+49301', '+49302', '49301']);
      expect(await found(`newFilterSyntax=true&filter[${name}][]=+49301&filter[${name}][]=+49302`)).toEqual([
        '+49301',
        '+49302',
      ]);
    });

    it('Is one at both ends of a range', async () => {
      expect(await found(`filter[${name}]=+49301..+49302`)).toEqual(['+49301', '+49302']);
      expect(await found(`filter[${name}]=neginf..+49301,+49309..+49309`)).toEqual(['+49301', '+49309', '+49 30 7']);
      expect(await found(`newFilterSyntax=true&filter[${name}][gte]=+49302&filter[${name}][lt]=+49309`)).toEqual([
        '+49302',
      ]);
    });

    it('Is one in the URL of a number', async () => {
      expect(await found(`filter[${name}]=sip:+49301@example.com,tel:+49301`)).toEqual([
        'sip:+49301@example.com',
        'tel:+49301',
      ]);
    });

    it('Is a blank inside, as forms write it', async () => {
      expect(await found(`filter[${name}]=a+b`)).toEqual(['a b']);
      expect(await found(new URLSearchParams({ [`filter[${name}]`]: '+49 30 7' }).toString())).toEqual(['+49 30 7']);
    });

    it('Is kept by the links of the document', async () => {
      const { document, resources } = await client.get(`/calls?filter[${name}]=+49301..+49309&page[size]=1`);
      const next = await client.get(document.links.next ?? '');

      expect(idsOf({ resources })).toEqual([ids[0]]);
      expect(idsOf(next)).toEqual([ids[1]]);
    });
  });

  it('A text that is filtered like that begins with no blank, as it is trimmed when it is written', async () => {
    const { resource } = await client.post('/calls', newCall({ from: '  +49301 ', to: '\t49301' }));

    expect(resource.attributes).toMatchObject({ from: '+49301', to: '49301' });
    await client.delete(`/calls/${resource.id}`);
  });

  describe('A plus sign that is not percent-encoded, in dates', () => {
    it('Is one in each item of a list and at both ends of a range', async () => {
      const [first, second, third] = [1, 2, 3].map((day) => `2026-01-0${day}T12:00:00+02:00`);

      expect(await found(`filter[dialedAt]=${first}`)).toEqual([NUMBERS[0]]);
      expect(await found(`filter[dialedAt]=${first},${third}`)).toEqual([NUMBERS[0], NUMBERS[2]]);
      expect(await found(`filter[dialedAt]=${first}..${second}`)).toEqual(NUMBERS.slice(0, 2));
      expect(await found(`newFilterSyntax=true&filter[dialedAt][gte]=${first}&filter[dialedAt][lt]=${third}`)).toEqual(
        NUMBERS.slice(0, 2),
      );
    });
  });

  describe('Ranges', () => {
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}..${n}`).join();

    it('May be 50 in one request', async () => {
      expect(await found(`filter[id]=${numbers(50)}`)).toHaveLength(NUMBERS.length);
      expect(await found(`filter[id]=${numbers(25)}&filter[from]=a..b${',a..b'.repeat(24)}`)).toEqual(['a b']);
    });

    it.each([
      ['51 in one filter', `filter[id]=${numbers(51)}`, 'filter[id]'],
      ['51 open ones', `filter[id]=${Array(51).fill('neginf..inf').join()}`, 'filter[id]'],
      ['26 in each of two', `filter[id]=${numbers(26)}&filter[user]=${numbers(26)}`, 'filter[user]'],
      ['17 in each of three', ['id', 'from', 'to'].map((on) => `filter[${on}]=${numbers(17)}`).join('&'), 'filter[to]'],
    ])('Must not be more, all filters together: %s', async (_, query, name) => {
      const answer = await client.get(`/calls?${query}`);

      expectRefusal(answer, 422, name);
      expect(answer.errors[0]?.detail).toBe('The filters have more than 50 ranges together.');
    });

    it('Are counted whatever their values are', async () => {
      const query = `filter[dialedAt]=${Array(51).fill('soon..later').join()}`;
      expect((await client.get(`/calls?${query}`)).errors[0]?.detail).toContain('50 ranges');
    });

    it('Are not what single values are', async () => {
      expect(await found(`filter[id]=${Array.from({ length: 1_000 }, (_, n) => n).join()}`)).toHaveLength(
        NUMBERS.length,
      );
    });

    it('Leave null asked for once, however often it is', async () => {
      await insertUsers(service, ['grace']);
      expect(await found(`filter[user]=${Array(900).fill('__null__').join()}`)).toHaveLength(NUMBERS.length);
      expect(await found(`filter[user]=${Array(900).fill('__notnull__').join()}`)).toEqual([]);
      expect(await found('filter[user]=__notnull__,__null__,__notnull__')).toHaveLength(NUMBERS.length);
    });
  });
});
