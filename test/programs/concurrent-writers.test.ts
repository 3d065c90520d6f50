import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { CallPurposeDto } from '../../src/call-purposes/call-purpose.dto.js';
import { CallPurposesService } from '../../src/call-purposes/call-purposes.service.js';
import { type Service, build } from '../helper/build.js';
import { MEDIA_TYPE, type ResourceObject } from '../helper/client.js';
import { change, newPurpose, pathOf } from '../helper/documents.js';
import { type OwnServer, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { type ServiceProcess, cleanUp, makeDirectory, startService } from '../helper/process.js';
import { ROUNDS } from '../helper/rounds.js';
import { describeUnless } from '../helper/this-run.js';

jest.setTimeout(60_000 + ROUNDS * 10_000);

const withOwnServer = describeUnless('Concurrent writers in several processes', noOwnServer);

const WRITERS = 8;
const NAMES = ['Ask', 'Bid', 'Call', 'Deal', 'End', 'Fee'];

interface Values {
  name?: string;
  order?: number;
}

/** What a purpose was after an acknowledged write, which had set those values. */
interface State {
  version: number;
  set: Values;
  shown: Values;
}

const any = <T>(values: T[]): T => values[Math.floor(Math.random() * values.length)] as T;
const maybe = <T>(value: T): T | undefined => (Math.random() < 0.5 ? value : undefined);

withOwnServer('Writers in several processes', () => {
  let server: OwnServer;
  let processes: ServiceProcess[];
  /** In this process, and as behind a pooler: the server's default isolation is its own. */
  let service: Service;

  beforeAll(async () => {
    server = await ownServer();
    // The hardest case: what a transaction sees stands still, and a change of what it has not seen is refused.
    await query(`alter database postgres set default_transaction_isolation = 'repeatable read'`);
    const env = { DATABASE_URL: server.url, DATA_DIR: makeDirectory(), RATE_LIMIT: '0', LOG_LEVEL: 'error' };
    processes = [await startService(env), await startService(env)];
    service = await build({}, { env: { ...env, DATABASE_LISTEN_URL: server.url }, drop: async () => undefined });
  });
  afterAll(async () => {
    await service?.close();
    await cleanUp();
    server?.remove();
  });

  const connect = async () => {
    const client = new pg.Client(server.url);
    await client.connect();
    return client;
  };

  async function query<Row extends object>(statement: string): Promise<Row[]> {
    const client = await connect();
    return (await client.query<Row>(statement).finally(() => client.end())).rows;
  }

  /** Through any of the processes. */
  async function send(method: string, path: string, data?: unknown, ifMatch?: string) {
    const { api, token } = any(processes);
    const response = await fetch(api + path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': MEDIA_TYPE,
        ...(ifMatch && { 'If-Match': ifMatch }),
      },
      ...(data !== undefined && { body: JSON.stringify({ data }) }),
    });
    const text = await response.text();
    const { data: resource } = (text ? JSON.parse(text) : {}) as { data?: ResourceObject };
    return { status: response.status, etag: response.headers.get('etag') ?? '', text, resource };
  }

  it('Lose no change, and give no name and no order twice', async () => {
    /** By id. */
    const states = new Map<string, State[]>();
    const deletions = new Map<string, number>();
    /** That a write with If-Match has replaced. */
    const replaced: string[] = [];
    const outcomes: Record<string, number> = {};
    let lowest = 0;

    const record = (id: string, state: State) => states.set(id, [...(states.get(id) ?? []), state]);
    const count = (outcome: string) => (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);
    /** The ETag begins with id and version. */
    const versionIn = (etag: string) => Number(/^"\d+\.(\d+)-/.exec(etag)?.[1]);
    /** Below those that are given, so that no given order is one of them. */
    const ownOrder = () => --lowest;

    async function create(): Promise<void> {
      const set = { name: any(NAMES), ...maybe({ order: ownOrder() }) };
      const { status, etag, resource } = await send('POST', '/callPurposes', newPurpose(set));
      count(`POST ${status}`);
      if (resource) record(resource.id, { version: versionIn(etag), set, shown: resource.attributes });
    }

    async function update(id: string): Promise<void> {
      const read = await send('GET', `/callPurposes/${id}`);
      if (!read.resource) return;
      const ifMatch = maybe(read.etag);
      const set = { ...maybe({ name: any(NAMES) }), order: ownOrder() };
      const { status, etag, resource } = await send(
        'PATCH',
        pathOf(read.resource),
        change(read.resource, set),
        ifMatch,
      );
      count(`PATCH ${status}${ifMatch ? ' with If-Match' : ''}`);
      if (!resource) return;
      record(id, { version: versionIn(etag), set, shown: resource.attributes });
      if (ifMatch) replaced.push(ifMatch);
    }

    async function remove(id: string): Promise<void> {
      const ifMatch = maybe((await send('GET', `/callPurposes/${id}`)).etag) || undefined;
      const { status } = await send('DELETE', `/callPurposes/${id}`, undefined, ifMatch);
      count(`DELETE ${status}${ifMatch ? ' with If-Match' : ''}`);
      if (status !== 204) return;
      deletions.set(id, (deletions.get(id) ?? 0) + 1);
      if (ifMatch) replaced.push(ifMatch);
    }

    async function restore(id: string): Promise<void> {
      const set = { ...maybe({ name: any(NAMES) }) };
      const dto = Object.assign(new CallPurposeDto(), set);
      const restored = await service.app.get(CallPurposesService, { strict: false }).restore(id, dto);
      count(`restore: ${restored instanceof Object ? 'done' : restored}`);
      if (restored instanceof Object) record(id, { version: restored.version, set, shown: { ...restored } });
    }

    await Promise.all(
      Array.from({ length: WRITERS }, async () => {
        for (let turn = 0; turn < ROUNDS * 15; turn++) {
          const id = any([...states.keys()].slice(-2 * NAMES.length));
          await (
            id ? any([create, () => update(id), () => update(id), () => remove(id), () => restore(id)]) : create
          )();
        }
      }),
    );

    const allowed =
      /^(POST (201|422)|(PATCH 200|PATCH 404|PATCH 422|DELETE 204|DELETE 404)( with If-Match)?|(PATCH|DELETE) 412 with If-Match|restore: (done|null|name taken))$/;
    expect(Object.keys(outcomes).filter((outcome) => !allowed.test(outcome))).toEqual([]);
    expect(outcomes['PATCH 200 with If-Match']).toBeGreaterThan(0);
    expect(new Set(replaced).size).toBe(replaced.length);

    const rows = await query<{ id: string; version: number; name: string; order: number; gone: boolean }>(
      `select id::text, version, name, "order", deleted_at is not null as gone from call_purpose where id > 11`,
    );
    for (const { id, version, name, order } of rows) {
      const history = (states.get(id) ?? []).sort((one, other) => one.version - other.version);
      expect(new Set(history.map((state) => state.version)).size).toBe(history.length);
      // Each acknowledged write is one version, and nothing else is.
      expect(version).toBe(history.length + (deletions.get(id) ?? 0));
      let values: Values = {};
      for (const { set, shown } of history) {
        values = { order: shown.order, ...values, ...set };
        expect({ name: shown.name, order: shown.order }).toEqual(values);
      }
      expect({ name, order }).toEqual(values);
    }
    expect(rows).toHaveLength(states.size);

    const there = rows.filter(({ gone }) => !gone);
    expect(new Set(there.map(({ name }) => name)).size).toBe(there.length);
    // What was deleted and is back keeps its order, which another may have got meanwhile.
    const given = there.filter(({ id, order }) => order > 0 && !deletions.has(id)).map(({ order }) => order);
    expect(new Set(given).size).toBe(given.length);
  });

  it('Get orders of their own from the highest on, all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send('POST', '/callPurposes', newPurpose({ name: `At once ${n}` }))),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ resource }) => resource?.attributes.order)).size).toBe(20);
  });

  it.each([
    ['in a deadlock', 'deadlock detected', () => send],
    [
      'because their transaction sees an older state',
      'could not serialize access',
      () => async (_: string, path: string, data?: unknown) =>
        service.as('admin', { roles: ['admin'] }).patch(path, data),
    ],
  ])('Try again what loses %s', async (what, message, through) => {
    const names = [`Held ${what}`, `Changed ${what}`];
    const made = await Promise.all(names.map((name) => send('POST', '/callPurposes', newPurpose({ name, order: 1 }))));
    const [held, changed] = made.map(({ resource }) => resource as ResourceObject) as [ResourceObject, ResourceObject];
    const before = server.log().split(message).length;
    const other = await connect();
    // It finds no deadlock, so that the service does, which waits first.
    await other.query(`set deadlock_timeout = '1min'`);
    await other.query('begin isolation level read committed');
    const touch = `update call_purpose set name = name || '!', name_key = name_key || '!' where id = $1`;
    await other.query(touch, [held.id]);
    if (message.startsWith('could')) await other.query(touch, [changed.id]);

    // The name of the one that the other has changed and not committed: the service has to wait for that.
    const answer = through()('PATCH', pathOf(changed), change(changed, { name: names[0] }));
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'call-purposes'`;
    while ((await query(waits)).length === 0) await sleep(10);
    if (message.startsWith('deadlock')) await other.query(touch, [changed.id]);
    await other.query('commit');
    await other.end();

    expect((await answer).status).toBe(200);
    expect((await answer).resource?.attributes.name).toBe(names[0]);
    expect(server.log().split(message).length).toBe(before + 1);
  });

  it('Leave no transaction and no lock behind', async () => {
    const left = `
      select state, query from pg_stat_activity
      where application_name = 'call-purposes' and (state like 'idle in transaction%' or xact_start < now() - interval '5 seconds')`;

    expect(await query(left)).toEqual([]);
    expect(await query(`select 1 from pg_locks where locktype = 'advisory'`)).toEqual([]);
  });
});
