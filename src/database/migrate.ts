import { setTimeout as sleep } from 'node:timers/promises';
import { type EntitySchema, MikroORM, type Options } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import { type SqlEntityManager } from '@mikro-orm/sql';
import { migrationFailure } from './database-errors.js';
import { MIGRATION_TABLE, databaseOptions } from './database-options.js';
import { DatabaseUnsuitableError } from './wait-for-server.js';

/** Any number that no other program takes for an advisory lock in this database. */
const MIGRATION_LOCK = 2_026_112_401;

const TRY_AGAIN_AFTER_MS = 200;

/** Brings the schema up to date. Safe when several replicas start at once: one migrates, the others wait and find nothing to do. */
export async function migrate(orm: MikroORM): Promise<void> {
  if (orm.config.get('driver') === PgliteDriver) {
    // The one process that has the directory open needs no lock, and the one connection could not hold it meanwhile.
    await orm.migrator.up();
    return;
  }
  while (!(await migrateUnlessAnotherDoes(orm))) await sleep(TRY_AGAIN_AFTER_MS);
}

/**
 * The lock is held by a transaction of its own, while the migrator (which also makes its table) works on other connections.
 * Who waits for the lock holds none: a pooler has few, and those who wait could leave the migrator nothing.
 */
function migrateUnlessAnotherDoes(orm: MikroORM): Promise<boolean> {
  const em = orm.em.fork() as SqlEntityManager;
  return em.transactional(async (holder) => {
    const [row] = await holder.execute<{ locked: boolean; isNew: boolean }[]>(
      `select pg_try_advisory_xact_lock(?) as locked, not exists (
         select from pg_class where relname = ? and relnamespace = current_schema()::regnamespace) as "isNew"`,
      [MIGRATION_LOCK, MIGRATION_TABLE],
    );
    if (!row?.locked) return false;
    try {
      await orm.migrator.up();
    } catch (error) {
      // The migrator makes it before it begins, on a connection of its own.
      if (row.isNew) await em.fork().execute(`drop table if exists ${MIGRATION_TABLE}`);
      throw error;
    }
    return true;
  });
}

/**
 * The same on connections of its own, as those that answer requests have not the time.
 * @throws DatabaseUnsuitableError when the schema holds another program's tables, or the role may not do what it has to
 */
export async function migrateServer(url: string, entities: EntitySchema[], schema: string): Promise<void> {
  const orm = await MikroORM.init(databaseOptions({ kind: 'server', url }, entities, { schema }) as Options);
  try {
    await migrate(orm);
    const missing = await missingRights(orm);
    if (missing.length > 0) {
      throw new DatabaseUnsuitableError(url, `the role has no right to ${missing.join(', ')}: grant it what it lacks.`);
    }
  } catch (error) {
    const reason = migrationFailure(error);
    if (reason === undefined) throw error;
    const remedies = {
      'no right': `Grant it create on the schema ${schema}, or migrate as the owner.`,
      'not ours': `The schema ${schema} holds another program's tables: give the service a schema or a database of its own.`,
    };
    throw new DatabaseUnsuitableError(url, `${(error as Error).message}. ${remedies[reason]}`);
  } finally {
    await orm.close();
  }
}

/** What requests ask for and the role, which need not own the tables, may not do. */
async function missingRights(orm: MikroORM): Promise<string[]> {
  const tables = [...orm.getMetadata().getAll().values()].map(({ tableName }) => `'${tableName}'`);
  const em = orm.em.fork() as SqlEntityManager;
  const rows = await em.execute<{ missing: string }[]>(
    `select "right" || ' on ' || "table" as missing
     from unnest(array[${tables.join(', ')}]) as "table", unnest(array['select', 'insert', 'update', 'delete']) as "right"
     where not has_table_privilege(quote_ident("table"), "right")`,
  );
  return rows.map(({ missing }) => missing);
}
