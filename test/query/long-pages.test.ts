import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { newCall } from '../helper/documents.js';

const MIB = 1024 * 1024;

/** Characters of the longest note there can be; of two bytes each, 32 of them have 4 MiB together. */
const LONGEST = 65_535;

const CALLS = 75;

describe('Pages of long rows', () => {
  let service: Service;
  let ada: Client;
  let ids: string[];

  beforeAll(async () => {
    service = await build();
    ada = service.as('ada');
    const rows = await service.sql<{ id: string }>(
      `insert into call (direction, note, tags) select 'inbound', repeat('ä', ${LONGEST}), '{a,b}'
       from generate_series(1, ${CALLS}) returning id::text as id`,
    );
    ids = rows.map(({ id }) => id);
  });
  afterAll(() => service.close());

  const idsOf = ({ resources }: Answer) => resources.map(({ id }) => id);
  const sizeOf = ({ text }: Answer) => Buffer.byteLength(text);

  /** The pages from that URL on, each of which has its end within sight of 4 MiB. */
  async function walk(url: string, way: 'next' | 'prev'): Promise<string[][]> {
    const pages: string[][] = [];
    for (let at: string | undefined = url; at !== undefined;) {
      const answer: Answer = await ada.get(at);
      expect(answer.status).toBe(200);
      expect(sizeOf(answer)).toBeLessThan(4.5 * MIB);
      pages.push(idsOf(answer));
      at = answer.document.links?.[way];
    }
    return pages;
  }

  it.each(['id', '-id', 'createdAt', 'direction,-createdAt'])(
    'End at 4 MiB and go on behind that, sorted by %s',
    async (sort) => {
      const pages = await walk(`/calls?page[size]=1000&sort=${sort}`, 'next');

      expect(pages.length).toBe(3);
      expect(pages.flat()).toHaveLength(CALLS);
      expect(new Set(pages.flat())).toEqual(new Set(ids));
      if (sort === 'id') expect(pages.flat()).toEqual(ids);
    },
  );

  it('End backwards at the end that is farther away', async () => {
    const first = await ada.get('/calls?page[size]=1000');
    const second = await ada.get(String(first.document.links?.next));
    const third = await ada.get(String(second.document.links?.next));
    expect(third.document.links).not.toHaveProperty('next');

    const pages = await walk(String(third.document.links?.prev), 'prev');
    expect(pages.reverse().flat().concat(idsOf(third))).toEqual(ids);
  });

  it('Go on where they end with offsets, too', async () => {
    const pages = await walk('/calls?page[limit]=1000&page[offset]=0', 'next');
    expect(pages.length).toBe(3);
    expect(pages.flat()).toEqual(ids);
  });

  it('Have no next page when all is shown', async () => {
    const { document, resources } = await ada.get(`/calls?page[size]=1000&filter[id]=${ids.slice(0, 32).join()}`);
    expect(resources.length).toBe(32);
    expect(document.links).not.toHaveProperty('next');
  });

  it('Show a single row, however long it is', async () => {
    const note = '😀'.repeat(LONGEST);
    const { resource, status } = await ada.post('/calls', newCall({ note, tags: Array(100).fill('😀'.repeat(255)) }));
    expect(status).toBe(201);
    const { resources } = await ada.get(`/calls?filter[id]=${resource.id}`);
    expect(resources.map(({ attributes }) => attributes.note === note)).toEqual([true]);
    await ada.delete(`/calls/${resource.id}`);
  });
});
