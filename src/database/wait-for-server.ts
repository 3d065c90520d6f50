import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { OperatorError } from '../config/operator-error.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { SessionClient } from './session-client.js';

const TRY_AGAIN_AFTER_MS = 500;

/** Thrown when the service can't start because of the database server. */
export class DatabaseOutOfReachError extends OperatorError {
  constructor(url: string, reason: unknown) {
    const { hostname, port, pathname } = new URL(url);
    super(
      `The database ${pathname.slice(1)} at ${hostname}:${port || 5432} can't be used: ${reasonOf(reason)}. ` +
        'Is the server running, and is DATABASE_URL right?',
    );
  }
}

/**
 * Waits until the server takes connections: on a machine that starts, it may be later than the service.
 * @returns whether a pooler stands between
 * @throws DatabaseOutOfReachError after that time, and at once when the server refuses the user or has no such database
 */
export async function waitForServer(url: string, seconds: number): Promise<{ pooled: boolean }> {
  const deadline = performance.now() + seconds * 1_000;
  for (let attempt = 1; ; attempt++) {
    const { pooled, failure } = await connect(url);
    if (pooled !== undefined) return { pooled };
    if (!isDatabaseUnavailable(failure) || refusesUs(failure) || performance.now() + TRY_AGAIN_AFTER_MS > deadline)
      throw new DatabaseOutOfReachError(url, failure);
    if (attempt === 1) new Logger('Database').warn(`Waiting for the database server: ${reasonOf(failure)}.`);
    await sleep(TRY_AGAIN_AFTER_MS);
  }
}

/** @returns whether a pooler stands between, or what kept the connection from being made */
async function connect(
  connectionString: string,
): Promise<{ pooled: boolean; failure?: never } | { pooled?: never; failure: unknown }> {
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
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    // A pooler tells each client a number of its own.
    return { pooled: rows[0]?.pid !== (client as unknown as { processID: number }).processID };
  } catch (failure) {
    return { failure: failure ?? new Error('no reason given') };
  } finally {
    void client.end().catch(() => undefined);
  }
}

const refusesUs = (error: unknown): boolean =>
  error instanceof Object && 'code' in error && /^(28...|3D000)$/.test(String(error.code));

/** Of a host with several addresses, the first one's reason. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
