import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';

/** A fresh, migrated database of a suite's own. */
export interface TestDatabase {
  /** For the service's environment. */
  env: Record<string, string>;
  /** For an embedded database to start from. */
  snapshot?: Blob;
  drop(): Promise<void>;
}

let made = 0;

export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) {
    const snapshot = await openAsBlob(join(process.env.TEST_SNAPSHOT_DIR ?? '', 'snapshot.tar'));
    return { env: { DATA_DIR: 'memory:' }, snapshot, drop: async () => undefined };
  }
  const name = `call_purposes_test_${process.pid}_${made++}`;
  await onServer(server, `create database ${name} template ${process.env.TEST_TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: { DATABASE_URL: url.href, DATA_DIR: 'memory:' },
    drop: () => onServer(server, `drop database ${name} with (force)`),
  };
}

/** The same, changed by those statements before any service opens it. */
export async function changedTestDatabase(statements: string): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const url = database.env.DATABASE_URL;
  if (url !== undefined) {
    await onServer(url, statements);
    return database;
  }
  const embedded = await PGlite.create({ ...(database.snapshot && { loadDataDir: database.snapshot }) });
  await embedded.exec(statements);
  const snapshot = await embedded.dumpDataDir('none');
  await embedded.close();
  return { ...database, snapshot };
}

async function onServer(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    // Only one session at a time may copy the template.
    await client.query('select pg_advisory_lock(20261124)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
