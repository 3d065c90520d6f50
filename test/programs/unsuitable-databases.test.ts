import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { newPurpose } from '../helper/documents.js';
import { type OwnServer, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { cleanUp, makeDirectory, run, startService } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';

const TABLES = `select coalesce(string_agg(relname, ' ' order by relname), '') as names from pg_class
  where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname !~ '^(pg_|information_schema)')`;

describeUnless('A database server', noOwnServer)('With databases that are not meant for the service', () => {
  let server: OwnServer;

  beforeAll(async () => {
    server = await ownServer();
    await on('postgres', `create role weak login`);
  });
  afterAll(async () => {
    await cleanUp();
    server?.remove();
  });

  async function on<Row>(database: string, ...statements: string[]): Promise<Row[]> {
    const client = new pg.Client(server.url.replace(/postgres$/, database));
    await client.connect();
    const results = [];
    try {
      for (const statement of statements) results.push(await client.query(statement));
    } finally {
      await client.end();
    }
    return (results.at(-1)?.rows ?? []) as Row[];
  }

  const tablesOf = async (database: string) => (await on<{ names: string }>(database, TABLES))[0]?.names;

  const settings = (url: string) => ({ DATABASE_URL: url, DATA_DIR: makeDirectory(), DATABASE_WAIT_SECONDS: '0' });

  const MIGRATED = 'api_user call call_purpose idempotency_key migration';

  it.each<[string, string, string[], { as?: string; query?: string; options?: string; left?: string }]>([
    ['has another encoding', 'encoding is LATIN1', [], { options: `encoding 'LATIN1' template template0` }],
    ['has tables of another program', 'another program', ['create table call (x int)'], { left: 'call' }],
    [
      'has a table of migrations that is another',
      'another program',
      ['create table migration (id int, version text)'],
      { left: 'migration' },
    ],
    ['has a function that is another', 'another program', ['create function touch_row() returns int return 1'], {}],
    ['can only be read', 'can only be read', ['alter database $ set default_transaction_read_only = on'], {}],
    ['has no such schema', 'search_path, nowhere', [], { query: '?options=-csearch_path%3Dnowhere' }],
    ['lets the role make nothing', 'permission denied for schema public', [], { as: 'weak' }],
  ])('One that %s is refused in a sentence, and stays as it is', async (_, reason, statements, options) => {
    const { as = 'postgres', query = '', left = '' } = options;
    const name = `unsuitable_${Math.random().toString(36).slice(2)}`;
    await on('postgres', `create database ${name} locale 'C' ${options.options ?? ''}`);
    await on(name, ...statements.map((statement) => statement.replace('$', name)));
    const url = server.url.replace('postgres@', `${as}@`).replace(/postgres$/, name + query);

    const { code, stdout, stderr } = await run('main', [], settings(url));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^The database ${name} at 127.0.0.1:\\d+ can't be used: .*${reason}.*\\n$`));
    expect(await tablesOf(name)).toBe(left);
  });

  it('A role that may not write is refused as well, when the tables are there already', async () => {
    await on('postgres', 'create database weakly');
    const owner = server.url.replace(/postgres$/, 'weakly');
    await (await startService(settings(owner))).end('SIGTERM');
    await on('weakly', 'grant select on all tables in schema public to weak');
    await on('weakly', 'grant insert, update on call, call_purpose, idempotency_key to weak');

    const weak = owner.replace('postgres@', 'weak@');
    const { code, stderr } = await run('main', [], settings(weak));
    expect(code).toBe(1);
    expect(stderr).toMatch(/no right to insert on api_user, .*delete on call_purpose.*: grant it what it lacks\.\n$/);
    expect(await tablesOf('weakly')).toBe(MIGRATED);

    await on('weakly', 'grant select, insert, update, delete on all tables in schema public to weak');
    const service = await startService(settings(weak));
    expect((await service.request('POST', '/callPurposes', { data: newPurpose({ name: 'Granted' }) })).status).toBe(
      201,
    );
  });

  it('Schemas of one database are services of their own, whatever names them', async () => {
    await on('postgres', 'create database shared', 'create role tenant superuser login');
    await on('shared', 'create schema one', 'create schema two', 'alter role tenant set search_path = two');
    const url = server.url.replace(/postgres$/, 'shared');
    const urls = [url, `${url}?options=-csearch_path%3Done`, url.replace('postgres@', 'tenant@')];
    const services = [];
    for (const one of urls) services.push(await startService(settings(one)));

    for (const [index, service] of services.entries()) {
      const data = newPurpose({ name: `Of ${index}` });
      expect((await service.request('POST', '/callPurposes', { data })).status).toBe(201);
    }
    for (const [index, service] of services.entries()) {
      const { resources } = await service.request('GET', '/callPurposes?sort=-id&page[size]=1');
      expect(resources.map(({ attributes }) => attributes.name)).toEqual([`Of ${index}`]);
    }
    const [{ level } = {}] = await on<{ level: string }>(
      'shared',
      `select string_agg(nspname, ' ' order by nspname) as level from pg_class join pg_namespace n on n.oid = relnamespace
       where relname = 'migration'`,
    );
    expect(level).toBe('one public two');
    // A start that finds everything made already.
    await (await startService(settings(urls[1] ?? ''))).end('SIGTERM');
  });
});
