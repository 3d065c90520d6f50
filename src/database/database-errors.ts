/** What `pg` and PGlite tell about a failed statement. */
interface PostgresError {
  code: string;
  severity?: string;
  constraint?: string;
}

const isPostgresError = (error: unknown): error is PostgresError =>
  error instanceof Object && 'code' in error && typeof error.code === 'string';

/** Whether the error is PostgreSQL's refusal of a second row with the same key in that unique index. */
export const isUniqueViolation = (error: unknown, index: string): boolean =>
  isPostgresError(error) && error.code === '23505' && error.constraint === index;

/** Whether the error is PostgreSQL's refusal of a row that points to one that is not there. */
export const isForeignKeyViolation = (error: unknown): boolean => isPostgresError(error) && error.code === '23503';

/** Whether PostgreSQL has ended and undone a transaction in favour of another one: a serialisation failure or a deadlock. */
export const isTransactionConflict = (error: unknown): boolean =>
  isPostgresError(error) && (error.code === '40001' || error.code === '40P01');

/** Whether a migration failed as the role may not do what it has to, or as there are tables that it did not make. */
export function migrationFailure(error: unknown): 'no right' | 'not ours' | undefined {
  if (!isPostgresError(error)) return undefined;
  if (error.code === '42501') return 'no right';
  // Something is there already, or is not as it was made.
  return /^42(P07|710|723|703|P01|704|804)$/.test(error.code) ? 'not ours' : undefined;
}

// Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html that mean "not now", and Node's.
const UNAVAILABLE = new RegExp(
  `^(${[
    '0800[01346]', // no connection
    '25006', // read-only: a standby, in the midst of a failover
    '25P02', // an earlier statement of the transaction failed
    '25P03', // idle in a transaction for too long
    '28...|3D000', // the server does not know us (any more)
    '40001|40P01|55P03', // lost against other transactions, again and again
    '53...', // too many connections, no space
    '57P0.|57014', // shutting down, starting, a statement or backend ended by timeout or operator
    '58...', // the server's own files
    'ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN',
  ].join('|')})$`,
);

/** What `pg` and we say without a code. */
const UNAVAILABLE_MESSAGE = new RegExp(
  `^(${[
    'Connection terminated',
    'timeout e(xceeded|xpired)',
    'Query read timeout',
    'Client (has encountered a connection error|was closed)',
    'Cannot use a pool after calling end',
    'The server does not support SSL connections',
    'Committed on this server only',
  ].join('|')})`,
);

/** Whether the error says that a statement took too long. */
export const isDatabaseTimeout = (error: unknown): boolean =>
  (isPostgresError(error) && error.code === '57014') ||
  (error instanceof Error && error.message.startsWith('Query read timeout'));

/** Whether the error says that the database is out of reach, shutting down or overloaded, rather than that it refused something. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (isPostgresError(error) && UNAVAILABLE.test(error.code)) return true;
  // What a pooler says when it has no server to give, or loses it.
  if (isPostgresError(error) && error.code === '08P01' && error.severity === 'FATAL') return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  return error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message);
}
