import { join } from 'node:path';
import type { EntitySchema, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { DatabaseSettings } from '../config/settings.js';
import { migrations } from './migrations/index.js';

/** Ids are decimal strings in rows, as the server's driver gives them: PGlite would make them numbers. */
const EMBEDDED_PARSERS = { 20: (text: string) => text };

/**
 * MikroORM's options for the database of the settings.
 * @param snapshot a dumped data directory that a new embedded database starts from
 */
export function databaseOptions(
  settings: DatabaseSettings,
  entities: EntitySchema[],
  snapshot?: Blob,
): Partial<Options<PostgreSqlDriver>> | Partial<Options<PgliteDriver>> {
  const shared = {
    entities,
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, silent: true, tableName: 'migration' },
    colors: false,
  };
  if (settings.kind === 'embedded') {
    return {
      ...shared,
      driver: PgliteDriver,
      dbName: settings.directory === null ? 'memory://' : join(settings.directory, 'postgres'),
      // A function, because MikroORM copies what it is given, and a copy of a blob is none.
      driverOptions: () => ({ parsers: EMBEDDED_PARSERS, ...(snapshot && { loadDataDir: snapshot }) }),
    };
  }
  return {
    ...shared,
    driver: PostgreSqlDriver,
    clientUrl: settings.url,
    pool: { min: 0, max: 10 },
    driverOptions: {
      connectionTimeoutMillis: 5_000,
      application_name: 'call-purposes',
      // A pooler refuses what it can't keep for a session of its own.
      ...(settings.listenUrl === undefined && { statement_timeout: 30_000 }),
    },
  };
}
