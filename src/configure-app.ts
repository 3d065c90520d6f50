import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import { API_PATH } from './api-path.js';
import type { Settings } from './config/settings.js';
import { isDatabaseUnavailable } from './database/database-errors.js';
import { ErrorFilter, type ErrorTranslator } from './json-api/error.filter.js';
import {
  answerUnreadableRequest,
  answerUnroutableRequest,
  applyHttpRules,
  collectRoutes,
  noRoute,
} from './json-api/http-rules.js';
import { JsonApiError } from './json-api/json-api-error.js';

const BODY_LIMIT_BYTES = 1_048_576;

/** Of a request id that a caller sent, one that can stand in a header and a log line. */
const SANE_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP server under Nest. */
export function createAdapter({ http }: Settings): FastifyAdapter {
  const options: FastifyHttpOptions<Server> & { skipMiddie: true } = {
    trustProxy: http.trustProxy,
    // Its absence is answered with a document instead.
    http: { requireHostHeader: false },
    bodyLimit: BODY_LIMIT_BYTES,
    // A longer id than this can't exist; without room for it the router would answer instead of the resource.
    routerOptions: { maxParamLength: 4_096, querystringParser: () => ({}) },
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: answerUnroutableRequest,
    skipMiddie: true,
  };
  return new FastifyAdapter(options);
}

/** What every running application has, the tests' included. Call it before `init()`. */
export function configureApp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const methodsAt = collectRoutes(fastify);
  applyHttpRules(fastify, API_PATH);

  const unknownRoute: ErrorTranslator = (_error, request) =>
    request.is404 ? noRoute(request, methodsAt(request.url)) : undefined;
  app.setGlobalPrefix(API_PATH);
  app.useGlobalFilters(new ErrorFilter([unknownRoute, clientGone, databaseAway]));
}

const clientGone: ErrorTranslator = (_error, { raw }) =>
  raw.destroyed && !raw.complete
    ? new JsonApiError('badRequest', 'The request ended before all of it was sent.')
    : undefined;

const databaseAway: ErrorTranslator = (error) =>
  isDatabaseUnavailable(error)
    ? new JsonApiError('serviceUnavailable', 'The database is out of reach. Try again soon.', undefined, {
        'Retry-After': '5',
      })
    : undefined;

const saneRequestId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && SANE_REQUEST_ID.test(id) ? id : undefined;
