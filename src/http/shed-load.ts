import type { FastifyInstance } from 'fastify';
import type { Connections } from '../database/connections.js';
import { DatabaseOverloadedError } from '../database/statement-queue.js';
import type { Metrics } from '../health/metrics.js';
import { isManagementPath } from '../health/paths.js';
import type { ErrorTranslator } from '../json-api/error.filter.js';
import { isRead } from '../json-api/is-read.js';
import { JsonApiError } from '../json-api/json-api-error.js';
import { warnNowAndThen } from '../logging/warn-now-and-then.js';
import { EventLoopLoad, EventLoopOverloadedError } from './event-loop-load.js';

/**
 * Refuses requests that would be answered late, before anything is done for them, so that those that are let in are answered
 * in time: writes while too many statements wait for the database, all while the event loop can't keep up. Reads that
 * memory can't answer are refused where that is known, by the interceptor that makes documents.
 */
export function shedLoad(fastify: FastifyInstance, database: Pick<Connections, 'admit'>): void {
  const eventLoop = new EventLoopLoad();
  fastify.addHook('onClose', () => eventLoop.end());
  // Behind all hooks that give answers their headers, and before the body is read.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    eventLoop.arrivals++;
    if (eventLoop.isOverloaded && !isManagementPath(request.url)) throw eventLoop.overloaded;
    if (!isRead(request.method)) database.admit();
    done(null, payload);
  });
}

/** Says so to the client, in the metrics and, but not for every request, in the log. */
export function overloaded(metrics: Metrics): ErrorTranslator {
  const warn = warnNowAndThen('Overload');
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
