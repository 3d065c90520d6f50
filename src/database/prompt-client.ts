import pg from 'pg';

/**
 * A client whose connection is closed when a statement got no answer in time. The server ends slow statements itself, so
 * that only a dead connection stays silent; back in the pool it would fail one request after the other.
 */
export class PromptClient extends pg.Client {
  // One of pg's overloads, the one that gives a promise; the others pass through.
  override query(...request: unknown[]): never {
    const answer: unknown = (super.query as (...request: unknown[]) => unknown).apply(this, request);
    if (answer instanceof Promise) answer.catch((error: Error) => this.closeIfSilent(error));
    return answer as never;
  }

  private closeIfSilent({ message }: Error): void {
    if (message === 'Query read timeout') this.connection.stream.destroy();
  }
}

/**
 * Gives back connections that are made while the pool ends. Kysely, which has forgotten its pool by then, would fail to take
 * them over, and the end would wait for them for ever.
 */
export function giveBackAtEnd(pool: pg.Pool): void {
  const connect = pool.connect.bind(pool) as (...callback: unknown[]) => Promise<pg.PoolClient>;
  const connectOrRefuse = async (): Promise<pg.PoolClient> => {
    const client = await connect();
    if (!pool.ending) return client;
    client.release();
    throw new Error('Cannot use a pool after calling end on the pool');
  };
  pool.connect = ((...callback: unknown[]) =>
    callback.length > 0 ? connect(...callback) : connectOrRefuse()) as typeof pool.connect;
}
