import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import { API_PATH } from './api-path.js';
import { Settings } from './config/settings.js';
import { Connections } from './database/connections.js';
import { isDatabaseUnavailable } from './database/database-errors.js';
import { Metrics } from './observability/metrics.js';
import { MANAGEMENT_PATHS } from './observability/paths.js';
import { allowOrigins } from './http/cors.js';
import { DrainingAdapter } from './http/draining-adapter.js';
import { observeRequests } from './observability/observe-requests.js';
import { shedLoad } from './overload/shed-load.js';
import { SERVER_LIMITS, limitConnections } from './http/server-limits.js';
import { SECURITY_HEADERS } from './json-api/nest/security-headers.js';
import { ErrorFilter, type ErrorTranslator } from './json-api/nest/error.filter.js';
import {
  answerUnreadableRequest,
  answerUnroutableRequest,
  applyHttpRules,
  collectRoutes,
  noRoute,
} from './json-api/nest/http-rules.js';
import { JsonApiError } from './json-api/errors/json-api-error.js';
import { ServedResources } from './json-api/nest/served-resources.js';
import { createRequestLog } from './observability/request-log.js';
import { throttledWarning } from './observability/throttled-warning.js';
import { DOCS_ROUTES } from './openapi/paths.js';
import { RememberedAnswers } from './response-cache/remembered-answers.js';

/** Of a request id that a caller sent, one that can stand in a header and a log line. */
const SANE_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP server under Nest. */
export function createAdapter({ http }: Settings): FastifyAdapter {
  const options: FastifyHttpOptions<Server> & { skipMiddie: true } = {
    ...SERVER_LIMITS,
    trustProxy: http.trustProxy,
    // A longer id than this can't exist; without room for it the router would answer instead of the resource.
    routerOptions: { maxParamLength: 4_096, querystringParser: () => ({}) },
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: answerUnroutableRequest,
    skipMiddie: true,
  };
  return new DrainingAdapter(options);
}

/** What every running application has, the tests' included. Call it before `init()`. */
export function configureApp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const settings = app.get(Settings);
  const metrics = app.get(Metrics);
  limitConnections(fastify);
  observeRequests(fastify, metrics, createRequestLog(settings));
  const overloaded = shedLoad(fastify, app.get(Connections), metrics);
  const methodsAt = collectRoutes(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS).header('X-Request-Id', request.id);
    done();
  });
  const { corsOrigins } = settings.operations;
  if (corsOrigins) allowOrigins(fastify, corsOrigins);
  applyHttpRules(fastify, API_PATH, corsOrigins ? 'Accept, Origin' : 'Accept');

  const resources = app.get(ServedResources).byRoute();
  app.get(RememberedAnswers).serve(fastify, (route) => resources.get(route));

  const unknownRoute: ErrorTranslator = (_error, request) =>
    request.is404 ? noRoute(request, methodsAt(request.url)) : undefined;
  app.setGlobalPrefix(API_PATH, { exclude: [...MANAGEMENT_PATHS, ...DOCS_ROUTES] });
  const translators = [unknownRoute, clientGone, overloaded, databaseAway()];
  app.useGlobalFilters(new ErrorFilter(translators));
}

const clientGone: ErrorTranslator = (_error, { raw }) =>
  raw.destroyed && !raw.complete
    ? new JsonApiError('badRequest', 'The request ended before all of it was sent.')
    : undefined;

/** Which says so in the log too, but not for every request. */
function databaseAway(): ErrorTranslator {
  const warn = throttledWarning('Database');
  return (error) => {
    if (!isDatabaseUnavailable(error)) return undefined;
    warn(`The database is out of reach: ${String(error)}`);
    return new JsonApiError('serviceUnavailable', 'The database is out of reach. Try again soon.', undefined, {
      'Retry-After': '5',
    });
  };
}

const saneRequestId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && SANE_REQUEST_ID.test(id) ? id : undefined;
