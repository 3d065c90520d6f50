import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Path, type Run, type SyncedService, buildSynced, idsOfRun, stateOf } from '../helper/synced-service.js';

/*
 * What Airbyte's source-outreach does, for calls, users and call purposes alike:
 * - `sort=updatedAt&count=false&page[size]=1000&newFilterSyntax=true&filter[updatedAt][gte]=<state>`, percent-encoded, the
 *   state with milliseconds; an `Accept` of anything;
 * - it follows `links.next` as it is, but for parameters of its own that it does not find there with the same value: those it
 *   adds again (older versions add all of them);
 * - its state is the greatest `updatedAt` seen; ids are integers in its schema.
 */
const HEADERS = { accept: '*/*', 'user-agent': 'python-requests/2.32.3' };

let synced: SyncedService;

function sync(path: Path, state: string, { repeats = false } = {}): Promise<Run> {
  const parameters = {
    sort: 'updatedAt',
    count: 'false',
    'page[size]': '1000',
    newFilterSyntax: 'true',
    'filter[updatedAt][gte]': state,
  };
  return synced.follow(`/${path}?${new URLSearchParams(parameters).toString()}`, HEADERS, (next) => {
    const has = new URL(next).searchParams;
    const again = Object.entries(parameters).filter(([name, value]) => repeats || has.get(name) !== value);
    if (!repeats) expect(again).toEqual([]);
    return [next, new URLSearchParams(again).toString()].filter(Boolean).join('&');
  });
}

describe('Airbyte', () => {
  beforeAll(async () => {
    synced = await buildSynced();
  });
  afterAll(() => synced.service.close());

  it.each<Path>(['calls', 'users', 'callPurposes'])('Gets every row of %s once, then what changed', async (path) => {
    const first = await sync(path, '2020-11-16T00:00:00.000Z');
    expect(first.pages).toBe(3);
    expect(idsOfRun(first)).toEqual(await synced.ids(path));

    const state = stateOf(first);
    const last = await synced.ids(path, state);
    expect(last).toHaveLength(1);
    const changed = await synced.change(path);
    expect(idsOfRun(await sync(path, state)).filter((id) => !last.includes(id))).toEqual(changed);
  });

  it('Gets every row once also when it repeats its parameters', async () => {
    const run = await sync('calls', '2020-11-16T00:00:00.000Z', { repeats: true });
    expect(run.pages).toBe(3);
    expect(idsOfRun(run)).toEqual(await synced.ids('calls'));
  });
});
