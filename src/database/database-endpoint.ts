import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { waitForServer } from './wait-for-server.js';

/** How the service reaches its database, as found at the start. */
export class DatabaseEndpoint {
  /**
   * @param pooled whether each statement may reach another session of the server, as through PgBouncer in transaction mode:
   *   then nothing may be prepared or set for a session, and no LISTEN is heard
   * @param schema where the tables are
   */
  constructor(
    readonly kind: 'embedded' | 'server',
    readonly pooled: boolean,
    readonly schema: string,
  ) {}
}

/** Waits for the server of the settings. @throws DatabaseOutOfReachError, DatabaseUnsuitableError */
export async function findEndpoint({ database, operations, responseCache }: Settings): Promise<DatabaseEndpoint> {
  if (database.kind === 'embedded') return new DatabaseEndpoint('embedded', false, 'public');
  const { pooled, schema } = await waitForServer(database.url, operations.databaseWaitSeconds);
  if (pooled && !database.listenUrl && responseCache) {
    new Logger('Database').warn(
      'DATABASE_URL leads to a pooler, through which no LISTEN is heard: no answer is remembered. ' +
        'Set DATABASE_LISTEN_URL to a direct connection, or RESPONSE_CACHE=off.',
    );
  }
  return new DatabaseEndpoint('server', pooled || database.listenUrl !== undefined, schema);
}
