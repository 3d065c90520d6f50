import type { FastifyInstance } from 'fastify';
import type { Connections } from '../database/connections.js';
import { DatabaseOverloadedError } from './statement-queue.js';
import type { Metrics } from '../observability/metrics.js';
import { isManagementPath } from '../observability/paths.js';
import { type ErrorTranslator, sendErrors } from '../json-api/nest/error.filter.js';
import { isRead } from '../json-api/requests/is-read.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { throttledWarning } from '../observability/throttled-warning.js';
import { EventLoopOverloadedError, RequestTurns } from './request-turns.js';

type Database = Pick<Connections, 'admit'>;

/**
 * Refuses requests that would be answered late, before anything is done for them, so that those that are let in are answered
 * in time: all while the event loop has too many of them, writes while too many statements wait for the database. Reads that
 * memory can't answer are refused where that is known, by the interceptor that makes documents.
 * @returns what such an error means there
 */
export function shedLoad(fastify: FastifyInstance, database: Database, metrics: Metrics): ErrorTranslator {
  const turns = new RequestTurns(fastify.server);
  const translate = overloaded(metrics);
  // Behind all hooks that give answers their headers, and before the body is read.
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isManagementPath(request.url)) return done(null, payload);
    turns.take((error) => {
      const refusal = translate(error ?? (isRead(request.method) ? undefined : reasonToRefuse(database)));
      // Not as an error, which takes as long as an answer from memory.
      if (refusal) sendErrors(reply, [refusal]);
      else done(null, payload);
    });
  });
  return translate;
}

function reasonToRefuse(database: Database): unknown {
  try {
    database.admit();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Says so to the client, in the metrics and, but not for every request, in the log. */
function overloaded(metrics: Metrics): (error: unknown) => JsonApiError | undefined {
  const warn = throttledWarning('Overload');
  return (error) => {
    if (!(error instanceof EventLoopOverloadedError || error instanceof DatabaseOverloadedError)) return undefined;
    metrics.shed(error instanceof DatabaseOverloadedError ? 'database' : 'event_loop');
    warn(`Requests are refused: ${error.message}`);
    return REFUSAL;
  };
}

const REFUSAL = new JsonApiError(
  'serviceUnavailable',
  'There are more requests than can be answered in time. Try again soon.',
  undefined,
  { 'Retry-After': '1' },
);
