import { describe } from '@jest/globals';

/**
 * Why this run leaves out what starts servers or browsers of its own, which is the same whichever database the other tests
 * use; `null` in the run on PostgreSQL, and where each fault is made many times.
 */
export const leftToPostgres: string | null =
  process.env.TEST_DATABASE_URL || process.env.FAULT_ROUNDS ? null : 'that is done by `npm run test:postgres`';

/** Why what takes several processes on one database can't be tested; `null` when it can. */
export const withoutServer: string | null = process.env.TEST_DATABASE_URL
  ? null
  : 'the embedded database has one process, but `npm run test:postgres` tests them';

/** Why this run leaves out what always uses the embedded database, or none; `null` in the run on it. */
export const leftToEmbedded: string | null = process.env.TEST_DATABASE_URL ? 'that is done by `npm test`' : null;

/**
 * Says in a line that something is not tested, and why.
 * @param what the subject of the line, in the plural
 * @param reasons the first that is one counts
 * @returns `describe`, or what skips when there is a reason
 */
export function describeUnless(what: string, ...reasons: (string | null | undefined)[]): typeof describe.skip {
  const reason = reasons.find(Boolean);
  if (reason) process.stderr.write(`${what} are not tested here: ${reason}.\n`);
  return reason ? describe.skip : describe;
}
