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
 * What PostHog's Outreach source does, for calls and users (it has no stream of call purposes):
 * - a check of the credentials: `/users?page[size]=1&count=false`;
 * - `page[size]=500&count=false&sort=updatedAt`, and on incremental runs `newFilterSyntax=true&filter[updatedAt][gte]=<state>`
 *   with milliseconds; `Accept` and (on GET) `Content-Type: application/vnd.api+json`;
 * - it follows `links.next` as it is and keeps it, to go on from there after a crash; it refuses one of another origin;
 * - its state is the greatest `updatedAt` seen.
 */
const HEADERS = { accept: 'application/vnd.api+json', 'content-type': 'application/vnd.api+json' };

let synced: SyncedService;

async function sync(path: Path, state?: string): Promise<Run & { links: string[] }> {
  const parameters = { 'page[size]': '500', count: 'false', sort: 'updatedAt' };
  const filter = state && { newFilterSyntax: 'true', 'filter[updatedAt][gte]': state };
  return follow(`http://localhost/api/v2/${path}?${new URLSearchParams({ ...parameters, ...filter }).toString()}`);
}

async function follow(start: string): Promise<Run & { links: string[] }> {
  const links: string[] = [];
  const run = await synced.follow(start, HEADERS, (next) => {
    expect(new URL(next).origin).toBe('http://localhost');
    links.push(next);
    return next;
  });
  return { ...run, links };
}

describe('PostHog', () => {
  beforeAll(async () => {
    synced = await buildSynced();
  });
  afterAll(() => synced.service.close());

  it('Finds its credentials good', async () => {
    const page = await synced.get('/users?page%5Bsize%5D=1&count=false', HEADERS);
    expect(rowsOf(page)).toHaveLength(1);
  });

  it.each<Path>(['calls', 'users'])('Gets every row of %s once, then what changed', async (path) => {
    const first = await sync(path);
    expect(first.pages).toBe(5);
    expect(idsOfRun(first)).toEqual(await synced.ids(path));

    const state = stateOf(first);
    const last = await synced.ids(path, state);
    expect(last).toHaveLength(1);
    const changed = await synced.change(path);
    expect(idsOfRun(await sync(path, state)).filter((id) => !last.includes(id))).toEqual(changed);
  });

  it('Goes on from the link that it kept', async () => {
    const whole = await sync('calls');
    const rest = await follow(whole.links[1] ?? '');
    expect(rest.rows.map(({ id }) => id)).toEqual(whole.rows.slice(1000).map(({ id }) => id));
  });
});
