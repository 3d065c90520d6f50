import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import pg from 'pg';

const kept = (file: string) => readFileSync(new URL(`../fixtures/release-0.1.0/${file}`, import.meta.url), 'utf8');

/** A database of the previous release with some data, as SQL. */
export const previousDatabase: string = kept('database.sql');

/** All that the previous release's data consists of: the columns that it knows. */
export const previousData = {
  users: 'select id::text, subject, name, email, created_at::text, updated_at::text from api_user where id < 2',
  purposes: `
    select id::text, name, name_key, "order", creator_id::text, version, created_at::text, updated_at::text, deleted_at::text
    from call_purpose where id < 14 order by call_purpose.id`,
  calls: `
    select id::text, direction, "from", "to", outcome, note, tags, recording_url, dialed_at::text, answered_at::text, completed_at::text,
      call_purpose_id::text, user_id::text, version, created_at::text, updated_at::text
    from call where id < 5 order by call.id`,
};

const STATEMENTS = JSON.parse(kept('statements.json')) as Record<string, string>;

type Row = Record<string, unknown>;

/** What the previous release does with its database: its statements, prepared on connections that it keeps, and its listener. */
export class PreviousRelease {
  /** Which columns each statement has given. */
  private readonly columns = new Map<string, string[]>();
  private heard = 0;
  private readonly listener: pg.Client;
  private readonly pool: pg.Pool;

  constructor(connectionString: string) {
    this.pool = new pg.Pool({ connectionString, max: 4 });
    this.listener = new pg.Client(connectionString);
    // When a test has failed, its server is stopped first.
    this.pool.on('error', () => undefined);
    this.listener.on('error', () => undefined);
    this.listener.on('notification', ({ payload }) => (this.heard += payload === 'changed' ? 1 : 0));
  }

  async listen(): Promise<void> {
    await this.listener.connect();
    await this.listener.query('listen call_purposes');
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), this.listener.end()]);
  }

  /** Makes, reads, changes and deletes some of everything. @throws Error when anything is not as it was in that release */
  async work(): Promise<void> {
    const key = randomUUID();
    const claims = [`previous ${key}`, 'Previous', null];
    expect(await this.all('findUser', ...claims)).toEqual([]);
    const { id: user } = await this.one('saveUser', ...claims);
    expect(await this.one('findUser', ...claims)).toEqual({ id: user });
    expect(await this.one('getUser', user)).toMatchObject({ id: user, name: 'Previous', email: null });
    expect(await this.all('getUsers', `{${String(user)}}`)).toHaveLength(1);
    expect((await this.all('listUsers', 51, 0)).length).toBeGreaterThan(0);

    const { heard } = this;
    const [first, second] = [
      await this.makePurpose(`first ${key}`, user),
      await this.makePurpose(`second ${key}`, user, 7),
    ];
    expect(second).toMatchObject({ name: `second ${key}`, order: 7, creator: user, version: 1 });
    await this.untilHeard(heard);
    const changed = await this.one('changeCallPurpose', `Third ${key}`, `third ${key}`, 9, first.id, first.version);
    expect(changed).toEqual({ ...first, name: `Third ${key}`, order: 9, version: 2, updatedAt: changed.updatedAt });
    expect(await this.all('changeCallPurpose', null, null, 10, first.id, first.version)).toEqual([]);
    expect(await this.one('getCallPurpose', first.id)).toEqual(changed);
    expect(await this.all('getCallPurposes', `{${String(first.id)},${String(second.id)}}`)).toHaveLength(2);
    expect((await this.all('listCallPurposes', 51, 0)).length).toBeGreaterThan(2);

    await this.workWithCalls(user, changed, second);
    expect(await this.all('deleteCallPurpose', first.id, 2)).toHaveLength(1);
    expect(await this.all('getCallPurpose', first.id)).toEqual([]);
    await this.all('heartbeat', 'call_purposes', 'a heartbeat');
  }

  /** @returns a call purpose, with the next order where none is given */
  makePurpose(name: string, user: unknown, order?: number): Promise<Row> {
    return order === undefined
      ? this.one('createCallPurpose', name, name, user)
      : this.one('createCallPurposeAtOrder', name, name, order, user);
  }

  private async workWithCalls(user: unknown, first: Row, second: Row): Promise<void> {
    const texts = ['outbound', '+1', '+2', 'Answered', 'a note', ['a', 'b'], 'https://example.com/1'];
    const times = ['2026-11-01T10:00:00.123Z', '2026-11-01T10:00:05.000Z', '2026-11-01T10:05:00.000Z'];
    const call = await this.one('createCall', ...texts, ...times, first.id, user);
    expect(call).toMatchObject({ note: 'a note', tags: ['a', 'b'], callPurpose: first.id, user, version: 1 });
    const changed = await this.one('changeCall', 'changed', ['c'], second.id, call.id, 1);
    expect(changed).toMatchObject({ from: '+1', note: 'changed', tags: ['c'], callPurpose: second.id, version: 2 });
    expect(await this.one('getCall', call.id)).toEqual(changed);
    expect(await this.all('listCallsOfCallPurpose', second.id, 51, 0)).toEqual([changed]);
    expect((await this.all('listCalls', 51, 0)).length).toBeGreaterThan(0);
    expect(Number((await this.one('countCalls', 2_000_001)).total)).toBeGreaterThan(0);

    expect(await this.one('deleteCallPurpose', second.id, 1)).toMatchObject({ id: second.id });
    expect(await this.one('getCall', call.id)).toMatchObject({ callPurpose: null, version: 2 });
    expect(await this.one('deleteCall', call.id, 2)).toEqual({ id: call.id });
  }

  private async untilHeard(before: number): Promise<void> {
    for (const from = performance.now(); this.heard === before; await sleep(5))
      if (performance.now() - from > 2_000) throw new Error('A change was not told.');
  }

  private async one(name: string, ...values: unknown[]): Promise<Row> {
    const rows = await this.all(name, ...values);
    if (rows.length !== 1) throw new Error(`${name} gave ${rows.length} rows.`);
    return rows[0] as Row;
  }

  private async all(name: string, ...values: unknown[]): Promise<Row[]> {
    const { rows, fields } = await this.pool.query<Row>({ name, text: STATEMENTS[name] ?? '', values });
    const columns = fields.map((field) => `${field.name} ${field.dataTypeID}`);
    expect(columns).toEqual(this.columns.get(name) ?? columns);
    this.columns.set(name, columns);
    return rows;
  }
}
