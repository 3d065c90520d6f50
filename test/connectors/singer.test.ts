import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Path, type Run, type SyncedService, buildSynced, idsOfRun, stateOf } from '../helper/synced-service.js';

/*
 * What Singer's tap-outreach does, for calls, users and call purposes alike:
 * - `page[size]=250&count=false&filter[updatedAt]=<state>..inf&sort=updatedAt`, brackets raw; an `Accept` of anything;
 * - it follows `links.next` until there is none and adds all of its own parameters again, this time percent-encoded;
 * - its state is the greatest `updatedAt` seen, as the document has it, so that the next run gets that row once more.
 */
const HEADERS = { accept: '*/*', 'user-agent': 'tap-outreach', 'accept-encoding': 'gzip, deflate' };

let synced: SyncedService;

function sync(path: Path, state: string): Promise<Run> {
  const parameters = { 'page[size]': '250', count: 'false', 'filter[updatedAt]': `${state}..inf`, sort: 'updatedAt' };
  const raw = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const again = new URLSearchParams(parameters).toString();
  return synced.follow(`/${path}?${raw.join('&')}`, HEADERS, (next) => `${next}&${again}`);
}

describe('Singer', () => {
  beforeAll(async () => {
    synced = await buildSynced();
  });
  afterAll(() => synced.service.close());

  it.each<Path>(['calls', 'users', 'callPurposes'])('Gets every row of %s once, then what changed', async (path) => {
    const first = await sync(path, '2020-01-01T00:00:00Z');
    expect(first.pages).toBe(10);
    expect(idsOfRun(first)).toEqual(await synced.ids(path));

    const state = stateOf(first);
    const last = await synced.ids(path, state);
    expect(last).toHaveLength(1);
    expect(idsOfRun(await sync(path, state))).toEqual(last);

    const changed = await synced.change(path);
    expect(idsOfRun(await sync(path, state)).filter((id) => !last.includes(id))).toEqual(changed);
  });

  it('Flattens relationships into ids without a clash of names', async () => {
    const { rows } = await sync('calls', '2024-11-01T00:00:00Z');
    for (const { attributes, relationships } of rows)
      for (const name of Object.keys(relationships)) expect(attributes).not.toHaveProperty(`${name}Id`);
  });
});
