import { setTimeout as sleep } from 'node:timers/promises';
import { isTransactionConflict } from './database-errors.js';

/** So that a request is still answered in time when the last attempt takes as long as a statement may. */
const TRY_AGAIN_FOR_MS = 1_500;

/** At first; twice as long after each attempt. */
const WAIT_MS = 4;

const LONGEST_WAIT_MS = 100;

/**
 * Makes a transaction again that lost against another one (a deadlock, a serialisation failure). PostgreSQL has undone all of it
 * by then, so that nothing happens twice.
 * @param transaction a whole one, such as a single statement outside of any
 * @throws what the last attempt threw
 */
export async function retryTransaction<Result>(transaction: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + TRY_AGAIN_FOR_MS;
  for (let longest = WAIT_MS; ; longest = Math.min(2 * longest, LONGEST_WAIT_MS)) {
    try {
      return await transaction();
    } catch (error) {
      if (!isTransactionConflict(error) || performance.now() > until) throw error;
      await sleep(Math.random() * longest);
    }
  }
}
