import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Path,
  type Run,
  type SyncedService,
  buildSynced,
  idsOfRun,
  rowsOf,
  stateOf,
} from '../helper/synced-service.js';

/*
 * What Ampersand's Outreach connector does, for calls, users and call purposes alike:
 * - a backfill asks for the collection without any parameter; an incremental read for `filter[updatedAt]=<date>..inf`, with
 *   the date alone; `Accept: application/json`;
 * - it follows `links.next`, whose query it reads and writes anew: sorted by name, percent-encoded;
 * - single records come by `filter[id]=1,2,3`, with `include` for what belongs to them;
 * - it learns the fields from the first row of the collection, whose id must be a number.
 */
const HEADERS = { accept: 'application/json', 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip' };

let synced: SyncedService;

function sync(path: Path, since?: string): Promise<Run> {
  const filter = since === undefined ? '' : `?${encode(new URLSearchParams({ 'filter[updatedAt]': `${since}..inf` }))}`;
  return synced.follow(`/${path}${filter}`, HEADERS, (next) => {
    const { origin, pathname, searchParams } = new URL(next);
    return `${origin}${pathname}?${encode(searchParams)}`;
  });
}

function encode(parameters: URLSearchParams): string {
  parameters.sort();
  return parameters.toString();
}

describe('Ampersand', () => {
  beforeAll(async () => {
    synced = await buildSynced();
  });
  afterAll(() => synced.service.close());

  it.each<Path>(['calls', 'users', 'callPurposes'])('Gets every row of %s once, then what changed', async (path) => {
    const first = await sync(path);
    expect(first.pages).toBe(46);
    expect(idsOfRun(first)).toEqual(await synced.ids(path));

    const day = stateOf(first).slice(0, 10);
    const ofThatDay = await synced.ids(path, `${day}T00:00:00Z`);
    expect(ofThatDay).toHaveLength(1);
    const changed = await synced.change(path);
    expect(idsOfRun(await sync(path, day)).filter((id) => !ofThatDay.includes(id))).toEqual(changed);
  });

  it('Gets records by their ids, with what belongs to them', async () => {
    const ids = (await synced.ids('calls')).slice(20, 23);
    const query = new URLSearchParams({ 'filter[id]': ids.join(','), include: 'user,callPurpose' });
    const page = await synced.get(`/calls?${encode(query)}`, HEADERS);
    expect(idsOfRun({ pages: 1, rows: rowsOf(page) })).toEqual(ids);
    expect(page.document.included?.length).toBeGreaterThan(0);
    for (const { id } of page.document.included ?? []) expect(Number.isInteger(id)).toBe(true);
  });
});
