import { setTimeout as sleep } from 'node:timers/promises';
import { type EntitySchema, MikroORM, type Options } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import { type SqlEntityManager } from '@mikro-orm/sql';
import type { DatabaseSettings } from '../config/settings.js';
import { databaseOptions } from './database-options.js';

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
    const [row] = await holder.execute<{ locked: boolean }[]>('select pg_try_advisory_xact_lock(?) as locked', [
      MIGRATION_LOCK,
    ]);
    if (!row?.locked) return false;
    await orm.migrator.up();
    return true;
  });
}

/** The same on connections of its own, as those that answer requests have not the time. */
export async function migrateServer(settings: DatabaseSettings, entities: EntitySchema[]): Promise<void> {
  const orm = await MikroORM.init(databaseOptions(settings, entities) as Options);
  try {
    await migrate(orm);
  } finally {
    await orm.close();
  }
}
