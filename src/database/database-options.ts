import { join } from 'node:path';
import type { EntitySchema, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { DatabaseSettings } from '../config/settings.js';
import { migrations } from './migrations/index.js';
import { PromptClient, giveBackAtEnd } from './prompt-client.js';

/** Ids are decimal strings in rows, as the server's driver gives them: PGlite would make them numbers. */
const EMBEDDED_PARSERS = { 20: (text: string) => text };

/**
 * So short that a request is answered within five seconds whatever happens to the database: it waits for a connection, then
 * for a statement. The server ends slow statements; the last timeout is for a server that does not answer at all.
 */
const TIMEOUTS = { connectionTimeoutMillis: 1_500, statement_timeout: 3_000, query_timeout: 3_300 };

/** Whatever the server's default is: next_call_purpose_order() must see what was committed while it waited for its lock. */
const ISOLATION = '-c default_transaction_isolation=read\\ committed';

/** Migrations may take as long as they need, and wait for those of another replica. */
const PATIENCE = { connectionTimeoutMillis: 5_000, statement_timeout: 0 };

/**
 * MikroORM's options for the database of the settings.
 * @param snapshot a dumped data directory that a new embedded database starts from
 * @param timeouts of a server's connections
 */
export function databaseOptions(
  settings: DatabaseSettings,
  entities: EntitySchema[],
  snapshot?: Blob,
  timeouts: Partial<typeof TIMEOUTS> = PATIENCE,
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
      ...timeouts,
      // A pooler refuses what it can't keep for a session of its own.
      ...(settings.listenUrl === undefined ? { options: ISOLATION } : { statement_timeout: undefined }),
      application_name: 'call-purposes',
      keepAlive: true,
      Client: PromptClient,
      onPoolCreated: giveBackAtEnd,
    },
  };
}

/** The same for what answers requests, and for operators' programs, which may take their time. */
export const servingOptions = (settings: DatabaseSettings, entities: EntitySchema[], snapshot?: Blob) =>
  databaseOptions(settings, entities, snapshot, settings.kind === 'server' && settings.patient ? PATIENCE : TIMEOUTS);
