import { expect } from '@jest/globals';
import { type Service, build } from './build.js';
import type { Answer, Document, ResourceObject } from './client.js';
import { expectJsonApi } from './json-api-schema.js';

export type Path = 'calls' | 'users' | 'callPurposes';

const TABLES: Record<Path, string> = { calls: 'call', users: 'api_user', callPurposes: 'call_purpose' };

/** Rows of each resource: more than two of the largest pages. */
const ROWS = 2_300;

/** After every row's last change, before anything that a test does. */
export const CUTOFF = '2025-01-01T00:00:00Z';

/** Before every row's first change. */
export const START = '2023-12-31T00:00:00Z';

/** A service as sync connectors meet it: integer ids, and several pages of each resource, last changed in 2024. */
export interface SyncedService {
  service: Service;
  /** Asks as the connector's user, who has no more than the scopes to read. @param url absolute, or after `/api/v2` */
  get: (url: string, headers: Record<string, string>) => Promise<Page>;
  /**
   * Reads pages from that URL on until one has no `links.next`.
   * @param follow the URL that the connector makes of such a link
   */
  follow: (start: string, headers: Record<string, string>, follow: (next: string) => string) => Promise<Run>;
  /** The ids of all rows, changed at that instant or later; ascending. */
  ids: (path: Path, since?: string) => Promise<number[]>;
  /** Changes a row and adds one, over HTTP. @returns their ids, ascending */
  change: (path: Path) => Promise<number[]>;
}

/** An answer to a connector. */
export type Page = Pick<Answer, 'status' | 'document' | 'resources' | 'errors'>;

export async function buildSynced(): Promise<SyncedService> {
  const service = await build({ RESOURCE_ID_FORMAT: 'integer' });
  const client = service.as('connector', { scopes: ['calls.read', 'users.read', 'callPurposes.read'] });
  expect((await client.get('/users')).status).toBe(200);
  const authorization = `Bearer ${client.token}`;
  const sql = <Row>(statement: string, parameters?: unknown[]) => service.sql<Row>(statement, parameters);
  // Seven rows at a time share an instant, so that ties lie across the ends of pages; the last instant has one row.
  const changedAt = `timestamptz '2024-01-01T00:00:00Z' + (n / 7) * interval '61 minutes 0.123 seconds'`;
  const numbers = `generate_series(1, ${ROWS - 1}) as n`;
  await sql('delete from call_purpose');
  await sql(`
    insert into api_user (subject, name, created_at, updated_at) select 'user ' || n, 'User ' || n, ${changedAt}, ${changedAt} from ${numbers}`);
  // Otherwise the time of the change would be that of now.
  await sql('alter table api_user disable trigger user');
  await sql(`update api_user set updated_at = '2024-12-24T12:00:00Z' where subject = 'connector'`);
  await sql('alter table api_user enable trigger user');
  await sql(`
    insert into call_purpose (name, name_key, "order", creator_id, created_at, updated_at)
    select 'Purpose ' || n, 'purpose ' || n, n % 50, 1 + n % 5, ${changedAt}, ${changedAt} from ${numbers}
    union all select 'Last', 'last', 1, null, '2024-12-24T12:00:00Z', '2024-12-24T12:00:00Z'`);
  await sql(`
    insert into call (direction, call_purpose_id, user_id, created_at, updated_at)
    select 'outbound', (select min(id) from call_purpose) + n % 9, 1 + n % 5, ${changedAt}, ${changedAt} from ${numbers}
    union all select 'inbound', null, null, '2024-12-24T12:00:00Z', '2024-12-24T12:00:00Z'`);

  const ids = async (path: Path, since = '0001-01-01') => {
    const rows = await sql<{ id: string }>(
      `select id from ${TABLES[path]} where updated_at >= ?::timestamptz order by id`,
      [since],
    );
    return rows.map(({ id }) => Number(id));
  };
  const get = (url: string, headers: Record<string, string>) => ask(service, url, { ...headers, authorization });
  const follow: SyncedService['follow'] = async (start, headers, followed) => {
    const run: Run = { pages: 0, rows: [] };
    for (let url: string | undefined = start; url !== undefined;) {
      const page = await get(url, headers);
      run.rows.push(...rowsOf(page));
      run.pages++;
      const next: string | undefined = page.document.links.next;
      url = next === undefined ? undefined : followed(next);
    }
    return run;
  };
  return { service, get, follow, ids, change: (path) => change(service, path) };
}

/** Holds only the first rows of each list to the schema, which takes seconds for a thousand. */
async function ask({ app }: Service, url: string, headers: Record<string, string>): Promise<Page> {
  const answer = await app.inject({ url: url.startsWith('/') ? `/api/v2${url}` : url, headers });
  const document = JSON.parse(answer.body) as Document;
  const resources = document.data as ResourceObject[];
  const start: Document = { ...document };
  if (document.data) start.data = resources.slice(0, 20);
  if (document.included) start.included = document.included.slice(0, 20);
  expectJsonApi(start, answer.headers['content-type']);
  return { status: answer.statusCode, document, resources, errors: document.errors ?? [] };
}

async function change(service: Service, path: Path): Promise<number[]> {
  if (path === 'users') {
    const users = [service.as('user 2', { name: 'A new name' }), service.as('newcomer', { name: 'Newcomer' })];
    for (const user of users) expect((await user.get('/callPurposes?page[size]=1')).status).toBe(200);
    const rows = await service.sql<{ id: string }>(
      `select id from api_user where subject in ('user 2', 'newcomer') order by id`,
    );
    return rows.map(({ id }) => Number(id));
  }
  const admin = service.as('user 1', { roles: ['admin'] });
  const [type, values] = path === 'calls' ? ['call', { note: 'changed' }] : ['callPurpose', { name: 'Changed' }];
  const [{ id } = { id: '' }] = await service.sql<{ id: string }>(`select min(id) + 1000 as id from ${TABLES[path]}`);
  const changed = await admin.patch(`/${path}/${id}`, { type, id: Number(id), attributes: values });
  const attributes = path === 'calls' ? { direction: 'inbound' } : { name: 'New' };
  const added = await admin.post(`/${path}`, { type, attributes });
  expect([changed.status, added.status]).toEqual([200, 201]);
  return [Number(changed.resource.id), Number(added.resource.id)];
}

/** What a connector got in one run. */
export interface Run {
  pages: number;
  rows: ResourceObject[];
}

/** The rows of a page, held to what connectors rely on: integer ids, and `data` or `links` in every relationship. */
export function rowsOf({ status, resources, errors }: Page): ResourceObject[] {
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  for (const { id, relationships } of resources) {
    expect(Number.isInteger(id)).toBe(true);
    for (const relationship of Object.values(relationships)) {
      expect(relationship.data !== undefined || relationship.links !== undefined).toBe(true);
      if (relationship.data) expect(Number.isInteger(relationship.data.id)).toBe(true);
    }
  }
  return resources;
}

/** The ids that a run got, ascending; twice what came twice. */
export const idsOfRun = ({ rows }: Run): number[] => rows.map(({ id }) => Number(id)).sort((one, other) => one - other);

/** The latest change that a run saw, as documents write it: what connectors keep as their state. */
export const stateOf = ({ rows }: Run): string =>
  rows.reduce(
    (latest, { attributes }) => (String(attributes.updatedAt) > latest ? String(attributes.updatedAt) : latest),
    '',
  );
