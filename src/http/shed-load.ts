import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Connections } from '../database/connections.js';
import { DatabaseOverloadedError } from '../database/statement-queue.js';
import type { Metrics } from '../health/metrics.js';
import { isManagementPath } from '../health/paths.js';
import type { ErrorTranslator } from '../json-api/error.filter.js';
import { JsonApiError } from '../json-api/json-api-error.js';
import { EventLoopLoad, EventLoopOverloadedError } from './event-loop-load.js';

const SAY_AGAIN_AFTER_MS = 5_000;

const READS = ['GET', 'HEAD'];

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
    if (!READS.includes(request.method)) database.admit();
    done(null, payload);
  });
}

/** Says so to the client, in the metrics and, but not for every request, in the log. */
export function overloaded(metrics: Metrics): ErrorTranslator {
  const logger = new Logger('Overload');
  let saidAt = -Infinity;
  return (error) => {
    if (!(error instanceof EventLoopOverloadedError || error instanceof DatabaseOverloadedError)) return undefined;
    metrics.shed(error instanceof DatabaseOverloadedError ? 'database' : 'event_loop');
    if (saidAt + SAY_AGAIN_AFTER_MS < performance.now()) {
      saidAt = performance.now();
      logger.warn(`Requests are refused: ${error.message}`);
    }
    return REFUSAL;
  };
}

const REFUSAL = new JsonApiError(
  'serviceUnavailable',
  'There are more requests than can be answered in time. Try again soon.',
  undefined,
  { 'Retry-After': '1' },
);
