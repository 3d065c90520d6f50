import type { MikroORM } from '@mikro-orm/core';
import { PgliteDriver } from '@mikro-orm/pglite';
import { type SqlEntityManager } from '@mikro-orm/sql';

/** Any number that no other program takes for an advisory lock in this database. */
const MIGRATION_LOCK = 2_026_112_401;

/** Brings the schema up to date. Safe when several replicas start at once: one migrates, the others wait and find nothing to do. */
export async function migrate(orm: MikroORM): Promise<void> {
  if (orm.config.get('driver') === PgliteDriver) {
    // The one process that has the directory open needs no lock, and the one connection could not hold it meanwhile.
    await orm.migrator.up();
    return;
  }
  // The lock is held by a transaction of its own, while the migrator (which also makes its table) works on other connections.
  const em = orm.em.fork() as SqlEntityManager;
  await em.transactional(async (holder) => {
    await holder.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await orm.migrator.up();
  });
}
