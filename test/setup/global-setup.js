// Plain JavaScript on what is built: Jest runs this before it knows how to read TypeScript.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { MikroORM } from '@mikro-orm/core';
import pg from 'pg';
import { databaseOptions } from '../../dist/src/database/database-options.js';
import { migrate } from '../../dist/src/database/migrate.js';
import { entities } from '../../dist/src/entities.js';

const inProject = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Embedded databases that earlier runs have migrated. */
const CACHE = inProject('node_modules/.cache/test-databases');

const KEPT_MS = 7 * 86_400_000;

/** What decides how such a database is. */
const MADE_FROM = [
  ...sourcesIn(inProject('dist/src/database')),
  inProject('package-lock.json'),
  fileURLToPath(import.meta.url),
];

/**
 * Migrates one database that every suite starts from a copy of: a dump of the embedded one, or, with `TEST_DATABASE_URL`
 * (which must be allowed to create databases), a template on that server.
 */
export default async function setUp() {
  process.env.TEST_SNAPSHOT_DIR = await embeddedDatabase();
  const server = process.env.TEST_DATABASE_URL;
  if (server) {
    // Of this run alone, as several may use one server at the same time.
    const template = `call_purposes_test_template_${process.pid}`;
    process.env.TEST_TEMPLATE = template;
    await createDatabase(server, template);
    const url = new URL(server);
    url.pathname = `/${template}`;
    await withOrm({ kind: 'server', url: url.href }, migrate);
  }
}

/**
 * An embedded database as a data directory (`data`) and as a dump (`snapshot.tar`): a copy of either starts in a fraction of
 * the time that migrating one takes. It is kept for later runs with the same migrations.
 */
async function embeddedDatabase() {
  const hash = createHash('sha256').update(process.env.TZ ?? '');
  for (const path of MADE_FROM) hash.update(readFileSync(path));
  const directory = join(CACHE, hash.digest('hex').slice(0, 16));
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  for (const other of readdirSync(CACHE).map((name) => join(CACHE, name)))
    if (statSync(other).mtimeMs < Date.now() - KEPT_MS) rmSync(other, { recursive: true });
  const unfinished = mkdtempSync(`${directory}-`);
  await makeEmbedded(unfinished);
  // Another run may have made it meanwhile.
  if (existsSync(directory)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, directory);
  return directory;
}

function sourcesIn(directory) {
  const names = readdirSync(directory, { recursive: true }).filter((name) => name.endsWith('.js'));
  return names.sort().map((name) => join(directory, name));
}

async function makeEmbedded(directory) {
  mkdirSync(join(directory, 'data'));
  await makeCluster(join(directory, 'data', 'postgres'));
  await withOrm({ kind: 'embedded', directory: join(directory, 'data') }, async (orm) => {
    await migrate(orm);
    const database = await orm.em.getConnection().getNativeClient();
    await dropTemplates(database);
    const dump = await database.dumpDataDir('none');
    writeFileSync(join(directory, 'snapshot.tar'), Buffer.from(await dump.arrayBuffer()));
  });
}

/** One that has less to copy and to clear at each start: its log is in pieces of 1 MB, not 16, and its buffers take 8 MB, not 128. */
async function makeCluster(directory) {
  const database = await PGlite.create(directory, { initDbStartParams: ['--wal-segsize=1'] });
  await database.exec(`alter system set shared_buffers = '8MB'`);
  await database.exec(`alter system set min_wal_size = '2MB'`);
  await database.close();
}

/** What starts from a copy makes no databases, and without their templates the copy is a third smaller and is read sooner. */
async function dropTemplates(database) {
  await database.exec('update pg_database set datistemplate = false');
  for (const template of ['template0', 'template1']) await database.exec(`drop database ${template}`);
  await database.exec('checkpoint');
}

async function withOrm(settings, task) {
  const orm = await MikroORM.init(databaseOptions(settings, entities));
  await task(orm);
  await orm.close();
}

async function createDatabase(server, name) {
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
}
