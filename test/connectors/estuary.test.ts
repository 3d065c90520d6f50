import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CUTOFF,
  type Path,
  type Run,
  START,
  type SyncedService,
  buildSynced,
  idsOfRun,
  rowsOf,
} from '../helper/synced-service.js';

/*
 * What Estuary's source-outreach does:
 * - `sort=updatedAt&newFilterSyntax=true&filter[updatedAt][gte]=<from>&filter[updatedAt][lte]=<to>&page[size]=1000`, with
 *   seconds, percent-encoded; for calls and users also `provideDataConnections=true`; an `Accept` of anything;
 * - of `links.next` it takes only the decoded `page[after]`, keeps that as its state while it backfills, and sends it with
 *   its own parameters again; after a 502 it does so with half the `page[size]`;
 * - `links` must have `first`, and ids must be integers;
 * - after the backfill it asks for windows of time, and drops what is not later than the state.
 */
const HEADERS = { accept: '*/*', 'accept-encoding': 'gzip, deflate', 'user-agent': 'Python/3.12 aiohttp/3.9' };

let synced: SyncedService;

async function sync(path: Path, from: string, to: string, sizes: number[] = []): Promise<Run> {
  const parameters = {
    sort: 'updatedAt',
    newFilterSyntax: 'true',
    'filter[updatedAt][gte]': from,
    'filter[updatedAt][lte]': to,
    ...(path === 'callPurposes' ? {} : { provideDataConnections: 'true' }),
  };
  const run: Run = { pages: 0, rows: [] };
  for (let after: string | null = ''; after !== null;) {
    const query = new URLSearchParams({
      ...parameters,
      ...(after && { 'page[after]': after }),
      'page[size]': String(sizes[run.pages] ?? 1000),
    });
    const page = await synced.get(`/${path}?${query.toString()}`, HEADERS);
    run.rows.push(...rowsOf(page));
    run.pages++;
    expect(typeof page.document.links.first).toBe('string');
    const next: string | undefined = page.document.links.next;
    after = next === undefined ? null : new URL(next).searchParams.get('page[after]');
  }
  return run;
}

describe('Estuary', () => {
  beforeAll(async () => {
    synced = await buildSynced();
  });
  afterAll(() => synced.service.close());

  it.each<Path>(['callPurposes', 'calls', 'users'])('Gets every row of %s once, then what changed', async (path) => {
    const backfill = await sync(path, START, CUTOFF);
    expect(backfill.pages).toBe(3);
    expect(idsOfRun(backfill)).toEqual(await synced.ids(path));

    const changed = await synced.change(path);
    const later = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const window = await sync(path, CUTOFF, later);
    expect(idsOfRun(window)).toEqual(changed);
    for (const { attributes } of window.rows)
      expect(Date.parse(String(attributes.updatedAt))).toBeGreaterThan(Date.parse(CUTOFF));
  });

  it('Gets every row once also with other page sizes on the way', async () => {
    const { ids } = synced;
    const later = await ids('callPurposes', CUTOFF);
    const run = await sync('callPurposes', START, CUTOFF, [1000, 500, 250, 125, 62]);
    expect(run.pages).toBe(6);
    expect(idsOfRun(run)).toEqual((await ids('callPurposes')).filter((id) => !later.includes(id)));
  });
});
