import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import type { EntitySchema, Options } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { DatabaseSettings } from '../config/settings.js';
import { FailFastClient } from './fail-fast-client.js';
import { SESSION } from './session-client.js';

/** Ids are decimal strings in rows, as the server's driver gives them: PGlite would make them numbers. */
const EMBEDDED_PARSERS = { 20: (text: string) => text };

/** On the command line, which counts for more than the time zone that a data directory has from the host of its first start. */
const EMBEDDED_PARAMETERS = [
  ...PGlite.defaultStartParams,
  ...Object.entries(SESSION).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

/** Connections to a server at most, hence statements at the same time. */
export const POOL_SIZE = 10;

/**
 * So short that a request is answered within five seconds whatever happens to the database: it waits for its user's turn, for a
 * connection, then for a statement. The server ends slow statements; the last timeout is for a server that does not answer at all.
 */
const TIMEOUTS = { connectionTimeoutMillis: 1_000, statement_timeout: 3_000, query_timeout: 3_300 };

/** Whatever the server's default is: next_call_purpose_order() must see what was committed while it waited for its lock. */
const ISOLATION = '-c default_transaction_isolation=read\\ committed';

/** Migrations may take as long as they need, and wait for those of another replica. */
const PATIENCE = { connectionTimeoutMillis: 5_000, statement_timeout: 0 };

/** Where MikroORM remembers which migrations were made. */
export const MIGRATION_TABLE = 'migration';

/** Every file of the folder is a migration, and its name without the extension is what the database remembers of it. */
const MIGRATIONS = {
  path: fileURLToPath(new URL('./migrations', import.meta.url)),
  glob: '*.{js,ts}',
  pathTs: 'src/database/migrations',
  emit: 'ts',
  fileName: (timestamp: string, name?: string) => [timestamp, ...(name ? [name] : [])].join('-'),
  snapshot: false,
  silent: true,
  tableName: MIGRATION_TABLE,
} as const;

/** What else decides the options. */
interface Circumstances {
  /** See {@link DatabaseEndpoint}; a pooler refuses what it can't keep for a session of its own. Left out: not known. */
  pooled?: boolean;
  /** Where migrations are remembered, as MikroORM does not go by the search path. Left out: `public`. */
  schema?: string;
  /** A dumped data directory that a new embedded database starts from. */
  snapshot?: Blob | undefined;
  /** Of a server's connections. */
  timeouts?: Partial<typeof TIMEOUTS>;
}

/** MikroORM's options for the database of the settings. */
export function databaseOptions(
  settings: DatabaseSettings,
  entities: EntitySchema[],
  { pooled, schema, snapshot, timeouts = PATIENCE }: Circumstances = {},
): Partial<Options<PostgreSqlDriver>> | Partial<Options<PgliteDriver>> {
  const shared = {
    entities,
    extensions: [Migrator],
    migrations: MIGRATIONS,
    // Entities don't know them: they stand in migrations.
    schemaGenerator: { ignoreTriggers: true, ignoreRoutines: true },
    preferTs: false,
    colors: false,
    // It is there by then, and a look through Kysely would be in the way of an end right after the start.
    ensureDatabase: false,
  };
  if (settings.kind === 'embedded') {
    return {
      ...shared,
      driver: PgliteDriver,
      dbName: settings.directory === null ? 'memory://' : join(settings.directory, 'postgres'),
      // A function, because MikroORM copies what it is given, and a copy of a blob is none.
      driverOptions: () => ({
        parsers: EMBEDDED_PARSERS,
        startParams: EMBEDDED_PARAMETERS,
        ...(snapshot && { loadDataDir: snapshot }),
      }),
    };
  }
  const connectionTo = (given: string) => {
    const { url, options } = withoutOptions(given);
    return {
      clientUrl: url,
      driverOptions: {
        // For what MikroORM does not read of it, such as sslmode.
        connectionString: url,
        ...timeouts,
        ...(pooled && { statement_timeout: undefined }),
        options: [...(pooled === false ? [ISOLATION] : []), ...options].join(' ') || undefined,
        application_name: 'call-purposes',
        keepAlive: true,
        Client: FailFastClient,
      },
    };
  };
  return {
    ...shared,
    ...(schema !== undefined && { schema }),
    ...connectionTo(settings.url),
    driver: PostgreSqlDriver,
    pool: { min: 0, max: POOL_SIZE },
    replicas: (settings.replicaUrls ?? []).map(connectionTo),
  };
}

/** The options of a session that a URL names, such as its search path: in it they would stand in place of ours. */
function withoutOptions(given: string): { url: string; options: string[] } {
  const url = new URL(given);
  const options = url.searchParams.getAll('options');
  url.searchParams.delete('options');
  return { url: options.length > 0 ? url.href : given, options };
}

/** The same for what answers requests, and for operators' programs, which may take their time. */
export const servingOptions = (settings: DatabaseSettings, entities: EntitySchema[], circumstances: Circumstances) =>
  databaseOptions(settings, entities, {
    ...circumstances,
    timeouts: settings.kind === 'server' && settings.patient ? PATIENCE : TIMEOUTS,
  });
