import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connections } from '../database/connections.js';
import type { Metrics } from '../observability/metrics.js';
import { isManagementRoute } from '../observability/paths.js';
import { sendErrors } from '../json-api/nest/error.filter.js';
import { resourceOf } from '../json-api/nest/json-api.decorators.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { throttledWarning } from '../observability/throttled-warning.js';
import { RequestTurns } from './request-turns.js';

/**
 * Refuses requests that would be answered late, before anything is done for them, so that those that are let in are answered
 * in time: all of them while the event loop has too many, and while too many statements wait for the database those that
 * need it.
 * @param isRemembered whether the response to a request is in memory
 */
export function shedLoad(
  fastify: FastifyInstance,
  database: Pick<Connections, 'isOverloaded'>,
  metrics: Metrics,
  isRemembered: (request: FastifyRequest) => boolean,
): void {
  const turns = new RequestTurns(fastify.server);
  const warn = throttledWarning('Overload');
  const needsDatabase = (request: FastifyRequest) => servesResource(request) && !isRemembered(request);
  // Behind all hooks that give responses their headers, and before the body is read.
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isManagementRoute(request.routeOptions.url ?? '')) return done(null, payload);
    turns.take((isLate) => {
      const overloaded = isLate ? 'event_loop' : database.isOverloaded() && needsDatabase(request) ? 'database' : null;
      if (!overloaded) return done(null, payload);
      metrics.shed(overloaded);
      warn(`Requests are refused: ${REASONS[overloaded]}`);
      // Not as an error, which takes as long as a response from memory.
      sendErrors(reply, [OVERLOADED]);
    });
  });
}

const REASONS = {
  event_loop: 'the event loop can not keep up.',
  database: 'too many statements wait for the database.',
};

const OVERLOADED = new JsonApiError(
  'serviceUnavailable',
  'There are more requests than can be answered in time. Try again soon.',
  undefined,
  { 'Retry-After': '1' },
);

function servesResource({ routeOptions: { config } }: FastifyRequest): boolean {
  return config.controller !== undefined && resourceOf(config.controller) !== undefined;
}
