import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Sorting', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    const texts = ['b', 'B', 'a', 'Z', 'ä', 'é', 'zz', '', '_', '10', '9', '👍', '\uffee', null, 'b', null];
    await insertCalls(
      service,
      texts.map((from, n) => ({
        from,
        outcome: n % 3 === 0 ? null : n % 3 === 1 ? 'Answered' : 'Not Answered',
        dialedAt: n % 4 === 0 ? null : `2024-01-0${(n % 4) + 1}T00:00:00Z`,
      })),
    );
  });
  afterAll(() => service.close());

  /** The ids in the order of that SQL clause. */
  async function inOrder(table: string, orderBy: string): Promise<string[]> {
    const rows = await service.sql<{ id: string }>(`select id from ${table} order by ${orderBy}`);
    return rows.map(({ id }) => String(id));
  }

  async function sorted(url: string): Promise<string[]> {
    const answer = await client.get(url);
    expect({ url, status: answer.status, errors: answer.errors }).toEqual({ url, status: 200, errors: [] });
    return idsOf(answer);
  }

  describe('Sorting', () => {
    it.each([
      ['from', '"from" collate "C", id'],
      ['-from', '"from" collate "C" desc, id'],
      ['outcome,-from', 'outcome collate "C", "from" collate "C" desc, id'],
      ['-outcome,dialedAt', 'outcome collate "C" desc, dialed_at, id'],
      ['dialedAt,-outcome,-from', 'dialed_at, outcome collate "C" desc, "from" collate "C" desc, id'],
      ['-dialedAt,-id', 'dialed_at desc, id desc'],
      ['id', 'id'],
      ['-id', 'id desc'],
      ['createdAt', 'created_at, id'],
      ['-updatedAt', 'updated_at desc, id'],
      ['to,recordingUrl,answeredAt,-id', 'id desc'],
    ])('Gives calls in the order of %s', async (sort, orderBy) => {
      expect(await sorted(`/calls?sort=${sort}`)).toEqual(await inOrder('call', orderBy));
    });

    it('Gives calls and users by id when nothing else is asked for', async () => {
      await service.as('grace').get('/users');
      expect(await sorted('/calls')).toEqual(await inOrder('call', 'id'));
      expect(await sorted('/users')).toEqual(await inOrder('api_user', 'id'));
    });

    it('Gives purposes by order and then id when nothing else is asked for', async () => {
      await client.post('/callPurposes', { type: 'callPurpose', attributes: { name: 'Early', order: 1 } });
      await client.post('/callPurposes', { type: 'callPurpose', attributes: { name: 'Negative', order: -1 } });
      expect(await sorted('/callPurposes')).toEqual(await inOrder('call_purpose', '"order", id'));
      expect(await sorted('/callPurposes?sort=order')).toEqual(await sorted('/callPurposes'));
    });

    it.each([
      ['/callPurposes?sort=name', 'call_purpose', 'name collate "C", id'],
      ['/callPurposes?sort=-name', 'call_purpose', 'name collate "C" desc, id'],
      ['/callPurposes?sort=-order,id', 'call_purpose', '"order" desc, id'],
      ['/callPurposes?sort=-createdAt,updatedAt', 'call_purpose', 'created_at desc, updated_at, id'],
      ['/users?sort=email,-name', 'api_user', 'email collate "C", name collate "C" desc, id'],
      ['/users?sort=-createdAt,updatedAt', 'api_user', 'created_at desc, updated_at, id'],
    ])('Sorts the other resources too: %s', async (url, table, orderBy) => {
      expect(await sorted(url)).toEqual(await inOrder(table, orderBy));
    });

    it('Lets the first mention of a field decide', async () => {
      expect(await sorted('/calls?sort=-from,from')).toEqual(await inOrder('call', '"from" collate "C" desc, id'));
      expect(await sorted('/calls?sort=-id,from')).toEqual(await inOrder('call', 'id desc'));
    });

    it('Counts an empty sort as none', async () => {
      expect(await sorted('/calls?sort=')).toEqual(await inOrder('call', 'id'));
      expect(await sorted('/callPurposes?sort')).toEqual(await inOrder('call_purpose', '"order", id'));
    });

    it('Takes four fields, however often they are named', async () => {
      expect(await sorted('/calls?sort=direction,to,outcome,-from,to,-to,outcome')).toEqual(
        await inOrder(
          'call',
          'direction collate "C", "to" collate "C", outcome collate "C", "from" collate "C" desc, id',
        ),
      );
    });

    it('Also sorts what was filtered', async () => {
      expect(await sorted('/calls?filter[outcome]=Answered&sort=-from')).toEqual(
        await inOrder(`(select * from call where outcome = 'Answered') as call`, '"from" collate "C" desc, id'),
      );
    });
  });

  describe('A sort', () => {
    it.each([
      'unknown',
      ',',
      'from,',
      'id,unknown',
      'from,to,direction,outcome,dialedAt',
      'from,to,direction,outcome,id',
      ',from',
      '--from',
      '+from',
      'note',
      'tags',
      'user',
      'callPurpose',
      'callPurpose.name',
    ])('Cannot be %j for calls', async (sort) => {
      expectRefusal(await client.get(`/calls?sort=${encodeURIComponent(sort)}`), 400, 'sort');
    });

    it.each(['version', 'FROM', 'from desc', 'call_purpose_id', 'constructor', '__proto__', 'toString', '-', 'id;'])(
      'Cannot be %j, which is no field that documents show',
      async (sort) => {
        expectRefusal(await client.get(`/calls?sort=${encodeURIComponent(sort)}`), 400, 'sort');
      },
    );

    it('Cannot be by a relationship of purposes or by what users do not show', async () => {
      expectRefusal(await client.get('/callPurposes?sort=creator'), 400, 'sort');
      expectRefusal(await client.get('/callPurposes?sort=deletedAt'), 400, 'sort');
      expectRefusal(await client.get('/users?sort=subject'), 400, 'sort');
    });

    it('Does not belong to one resource', async () => {
      const [{ id } = { id: '' }] = (await client.get('/calls?page[size]=1')).resources;
      expectRefusal(await client.get(`/calls/${id}?sort=from`), 400, 'sort');
    });
  });
});
