/** What `pg` and PGlite tell about a failed statement. */
interface PostgresError {
  code: string;
  constraint?: string;
}

const isPostgresError = (error: unknown): error is PostgresError =>
  error instanceof Object && 'code' in error && typeof error.code === 'string';

/** Whether the error is PostgreSQL's refusal of a second row with the same key in that unique index. */
export const isUniqueViolation = (error: unknown, index: string): boolean =>
  isPostgresError(error) && error.code === '23505' && error.constraint === index;

/** Whether the error is PostgreSQL's "integer out of range". */
export const isOutOfRange = (error: unknown): boolean => isPostgresError(error) && error.code === '22003';

// Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html that mean "not now", and Node's.
const UNAVAILABLE =
  /^(0800[01346]|53...|57P0.|57014|ECONN(REFUSED|RESET)|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the error says that the database is out of reach, shutting down or overloaded, rather than that it refused something. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isPostgresError(error) && UNAVAILABLE.test(error.code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  return error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message);
}
