import { describe } from '@jest/globals';

/** Why what takes several processes on one database can't be tested; `null` when it can. */
export const withoutServer: string | null = process.env.TEST_DATABASE_URL
  ? null
  : 'the embedded database has one process, but `npm run test:postgres` tests them';

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
