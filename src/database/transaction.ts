import type { Pool, PoolClient } from 'pg';
import { isDatabaseUnavailable } from './database-errors.js';

/** Without a listener, the end of a connection that is in use would end the process. Its statement fails anyway. */
const hearNothing = () => undefined;

/**
 * Does the work on one connection of the pool, between `begin` and `commit`.
 * @throws whatever the work throws, after a rollback
 */
export async function transactionOn<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  client.on('error', hearNothing);
  let isOver = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    isOver = true;
    return result;
  } catch (error) {
    // A server that did not answer is not waited for again: the end of the connection is a rollback too.
    isOver = !isDatabaseUnavailable(error) && (await rollBack(client));
    throw error;
  } finally {
    client.off('error', hearNothing);
    client.release(!isOver);
  }
}

/** @returns whether the connection is good for others again */
const rollBack = (client: PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );
