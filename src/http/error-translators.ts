import { isDatabaseUnavailable } from '../database/database-errors.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import type { ErrorTranslator } from '../json-api/nest/error.filter.js';
import { throttledWarning } from '../observability/throttled-warning.js';

export const clientGone: ErrorTranslator = (_error, { raw }) =>
  raw.destroyed && !raw.complete
    ? new JsonApiError('badRequest', 'The request ended before all of it was sent.')
    : undefined;

/** Which says so in the log too, but not for every request. */
export function databaseAway(): ErrorTranslator {
  const warn = throttledWarning('Database');
  return (error) => {
    if (!isDatabaseUnavailable(error)) return undefined;
    warn(`The database is out of reach: ${String(error)}`);
    return new JsonApiError('serviceUnavailable', 'The database is out of reach. Try again soon.', undefined, {
      'Retry-After': '5',
    });
  };
}
