import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCall } from '../helper/arbitraries.js';
import { type Service, build } from '../helper/build.js';
import { cases } from '../helper/cases.js';
import type { Client } from '../helper/client.js';
import { idsOf, walk } from '../helper/pages.js';
import { insertCalls } from '../helper/rows.js';

describe('Pages of random sizes', () => {
  /** What calls can be sorted by, with the column of each. */
  const COLUMNS = {
    id: 'id',
    direction: 'direction collate "C"',
    from: '"from" collate "C"',
    to: '"to" collate "C"',
    outcome: 'outcome collate "C"',
    dialedAt: 'dialed_at',
    answeredAt: 'answered_at',
    createdAt: 'created_at',
  };

  type Keys = { name: keyof typeof COLUMNS; descending: boolean }[];

  const anySort: fc.Arbitrary<Keys> = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...(Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])),
      descending: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3, selector: ({ name }) => name },
  );

  const calls = fc.array(anyCall({ purposes: [], users: [] }), { maxLength: 25 });

  const pageSize = fc.integer({ min: 1, max: 8 });

  const parameterOf = (keys: Keys) => keys.map(({ name, descending }) => (descending ? `-${name}` : name)).join(',');

  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
  });
  afterAll(() => service.close());

  /** The ids of all calls in the order of the keys, ties by id, as plain SQL gives them. */
  async function inOrder(keys: Keys): Promise<string[]> {
    const order = keys.map(({ name, descending }) => `${COLUMNS[name]}${descending ? ' desc' : ''}`);
    const rows = await service.sql<{ id: string }>(`select id from call order by ${[...order, 'id'].join(', ')}`);
    return rows.map(({ id }) => String(id));
  }

  describe('Walking through pages of any size in any order', () => {
    it('Gives exactly the rows, in order, and the same pages on the way back', async () => {
      await fc.assert(
        fc.asyncProperty(calls, anySort, pageSize, async (rows, keys, size) => {
          await service.sql('delete from call');
          await insertCalls(service, rows);
          const expected = await inOrder(keys);

          const forth = (await walk(client, `/calls?sort=${parameterOf(keys)}&page[size]=${size}`)).map(idsOf);
          expect(forth.flat()).toEqual(expected);
          expect(forth).toHaveLength(Math.max(1, Math.ceil(rows.length / size)));

          const last = (await walk(client, `/calls?sort=${parameterOf(keys)}&page[size]=${size}`)).at(-1);
          const back = (await walk(client, last?.document.links.self ?? '', 'prev')).map(idsOf);
          expect(back.reverse()).toEqual(forth);
        }),
        { ...cases(40), endOnFailure: true },
      );
    });

    it('Gives the rows that were there throughout exactly once while others come and go', async () => {
      const changes = fc.array(
        fc.record({
          add: fc.array(anyCall({ purposes: [], users: [] }), { maxLength: 4 }),
          remove: fc.nat({ max: 3 }),
        }),
        { minLength: 1, maxLength: 8 },
      );
      const scenario = fc.record({ rows: calls, keys: anySort, size: pageSize, changes, seed: fc.nat() });
      await fc.assert(
        fc.asyncProperty(scenario, fc.constantFrom('next' as const, 'prev' as const), async (given, link) => {
          const { rows, keys, size, changes, seed } = given;
          await service.sql('delete from call');
          const staying = new Set(await insertCalls(service, rows));
          const url = `/calls?sort=${parameterOf(keys)}&page[size]=${size}`;
          const start = link === 'next' ? url : ((await walk(client, url)).at(-1)?.document.links.self ?? '');

          const pages = await walk(client, start, link, async (page) => {
            const change = changes[page];
            if (!change) return;
            await insertCalls(service, change.add);
            const gone = await service.sql<{ id: string }>(
              `delete from call where id in (select id from call order by md5(id::text || ?::text) limit ?) returning id`,
              [String(seed), change.remove],
            );
            for (const { id } of gone) staying.delete(String(id));
          });

          const visited = pages.flatMap(idsOf);
          expect(visited).toHaveLength(new Set(visited).size);
          const ordered = (await inOrder(keys)).filter((id) => staying.has(id));
          if (link === 'prev') {
            // The last page may have gained rows since it was read; what it had is there once, in order.
            const backwards = pages.map(idsOf).reverse().flat();
            expect(backwards.filter((id) => staying.has(id))).toEqual(ordered);
          } else expect(visited.filter((id) => staying.has(id))).toEqual(ordered);
        }),
        { ...cases(60), endOnFailure: true },
      );
    });
  });
});
