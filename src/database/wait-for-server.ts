import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { describeDatabase } from '../config/database-url.js';
import { OperatorError } from '../config/operator-error.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { SessionClient } from './session-client.js';

const TRY_AGAIN_AFTER_MS = 500;

/** Thrown when the service can't start because of the database server. */
export class DatabaseOutOfReachError extends OperatorError {
  constructor(url: string, reason: unknown) {
    super(`${unusable(url)}: ${reasonOf(reason)}. Is the server running, and is DATABASE_URL right?`);
  }
}

/** Thrown when the server is there, and the database is not one to work with. */
export class DatabaseUnsuitableError extends OperatorError {
  constructor(url: string, reason: string) {
    super(`${unusable(url)}: ${reason}`);
  }
}

function unusable(url: string): string {
  const { address, name } = describeDatabase(url);
  return `The database ${name} at ${address} can't be used`;
}

/** What a connection to the database tells of it. */
export interface ServerFacts {
  /** Whether a pooler stands between. */
  pooled: boolean;
  /** The first one of the search path: where the tables are. */
  schema: string;
}

const FACTS = `
  select pg_backend_pid() as pid, current_setting('server_encoding') as encoding, current_schema() as schema,
    current_setting('search_path') as "searchPath", current_setting('transaction_read_only') = 'on' as "isReadOnly"`;

interface Facts {
  pid: number;
  encoding: string;
  schema: string | null;
  searchPath: string;
  isReadOnly: boolean;
}

/**
 * Waits until the server takes connections, and can be written: on a machine that starts, it may be later than the service,
 * and a standby may be about to become the primary.
 * @throws DatabaseOutOfReachError after that time, and at once when the server refuses the user or has no such database
 * @throws DatabaseUnsuitableError for a database that would not keep every text, has no schema for the tables, or can't be written after that time
 */
export async function waitForServer(url: string, seconds: number): Promise<ServerFacts> {
  const deadline = performance.now() + seconds * 1_000;
  for (let attempt = 1; ; attempt++) {
    const { facts, failure } = await connect(url);
    if (facts) return facts;
    if (!isDatabaseUnavailable(failure) || refusesUs(failure) || performance.now() + TRY_AGAIN_AFTER_MS > deadline)
      throw failure instanceof OperatorError ? failure : new DatabaseOutOfReachError(url, failure);
    if (attempt === 1) new Logger('Database').warn(`Waiting for the database server: ${reasonOf(failure)}.`);
    await sleep(TRY_AGAIN_AFTER_MS);
  }
}

/** @returns what the database is, or what kept the connection from being made or used */
async function connect(
  connectionString: string,
): Promise<{ facts: ServerFacts; failure?: never } | { facts?: never; failure: unknown }> {
  const client = new SessionClient({
    connectionString,
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
    application_name: 'call-purposes',
  });
  // What happens to the connection later is of no interest, but must not end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Facts>(FACTS);
    const [{ pid, ...facts }] = rows as [Facts];
    // A pooler tells each client a number of its own.
    const pooled = pid !== (client as unknown as { processID: number }).processID;
    return { facts: { pooled, schema: suitableSchema(connectionString, facts) } };
  } catch (failure) {
    return { failure: failure ?? new Error('no reason given') };
  } finally {
    void client.end().catch(() => undefined);
  }
}

function suitableSchema(url: string, { encoding, schema, searchPath, isReadOnly }: Omit<Facts, 'pid'>): string {
  if (encoding !== 'UTF8') {
    const remedy = "Make one with: create database … encoding 'UTF8' template template0";
    throw new DatabaseUnsuitableError(url, `its encoding is ${encoding}, which does not hold every text. ${remedy}`);
  }
  if (schema === null) {
    throw new DatabaseUnsuitableError(url, `it has none of the schemas of its search_path, ${searchPath}.`);
  }
  if (isReadOnly) throw new ReadOnlyError(url);
  return schema;
}

/** With PostgreSQL's own code for it, by which it is waited for. */
class ReadOnlyError extends DatabaseUnsuitableError {
  readonly code = '25006';

  constructor(url: string) {
    super(url, 'it can only be read: it is a standby, or default_transaction_read_only is on.');
  }
}

const refusesUs = (error: unknown): boolean =>
  error instanceof Object && 'code' in error && /^(28...|3D000)$/.test(String(error.code));

/** Of a host with several addresses, the first one's reason. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
