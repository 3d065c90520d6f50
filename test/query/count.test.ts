import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { walk } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { insertCalls } from '../helper/rows.js';

describe('Counting', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada');
    await insertCalls(
      service,
      Array.from({ length: 23 }, (_, n) => ({ from: n < 9 ? 'few' : 'many' })),
    );
  });
  afterAll(() => service.close());

  it('Gives the number of all rows, whatever the page', async () => {
    const pages = await walk(client, '/calls?count=true&page[size]=10');
    expect(pages).toHaveLength(3);
    for (const { document } of pages) expect(document.meta).toEqual({ count: 23, count_truncated: false });
    const { document } = await client.get('/calls?count=true&page[limit]=5&page[offset]=20');
    expect(document.meta).toEqual({ count: 23, count_truncated: false });
  });

  it('Counts what the filters find', async () => {
    const few = await client.get('/calls?count=true&filter[from]=few&page[size]=1');
    expect(few.document.meta).toEqual({ count: 9, count_truncated: false });
    const none = await client.get('/calls?count=true&filter[from]=nobody');
    expect(none.document.meta).toEqual({ count: 0, count_truncated: false });
  });

  it('Leaves out deleted purposes', async () => {
    const before = (await client.get('/callPurposes?count=true')).document.meta?.count as number;
    const { resource } = await client.post('/callPurposes', {
      type: 'callPurpose',
      attributes: { name: 'Short-lived' },
    });
    expect((await client.get('/callPurposes?count=true')).document.meta?.count).toBe(before + 1);
    expect((await client.delete(`/callPurposes/${resource.id}`)).status).toBe(204);
    expect((await client.get('/callPurposes?count=true')).document.meta?.count).toBe(before);
    const [{ total } = { total: '' }] = await service.sql<{ total: string }>(
      'select count(*) as total from call_purpose where deleted_at is null',
    );
    expect(String(total)).toBe(String(before));
  });

  it('Is off unless it is asked for', async () => {
    for (const query of ['', '?count=false']) {
      const { status, document } = await client.get(`/calls${query}`);
      expect(status).toBe(200);
      expect(document).not.toHaveProperty('meta');
    }
  });

  it.each(['', '1', 'yes', 'TRUE', 'True', ' true', 'null'])('Cannot be count=%j', async (value) => {
    expectRefusal(await client.get(`/calls?count=${encodeURIComponent(value)}`), 422, 'count');
  });

  it('Does not belong to one resource', async () => {
    expectRefusal(await client.get('/calls/1?count=true'), 400, 'count');
  });

  it('Stops at two million and says so', async () => {
    const [{ columns } = { columns: '' }] = await service.sql<{ columns: string }>(
      `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
       where table_name = 'call' and column_name <> 'id'`,
    );
    await service.sql('delete from call where id > 1');
    await service.sql('alter table call rename to one_call');
    const pretend = (rows: number) =>
      service.sql(
        // Two short series make so many rows sooner than a long one.
        `create or replace view call as select (thousand * 1000 + n)::bigint as id, ${columns}
         from one_call, generate_series(0, ${Math.floor(rows / 1_000)}) as thousand, generate_series(1, 1000) as n
         where thousand * 1000 + n <= ${rows}`,
      );

    await pretend(2_000_000);
    const full = await client.get('/calls?count=true&page[size]=1');
    expect(full.document.meta).toEqual({ count: 2_000_000, count_truncated: false });

    await pretend(2_000_001);
    const beyond = await client.get('/calls?count=true&page[size]=1');
    expect(beyond.document.meta).toEqual({ count: 2_000_000, count_truncated: true });
  });
});
