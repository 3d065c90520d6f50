import type { CanActivate, NestInterceptor, Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { API_PATH } from './api-path.js';
import { JwtAuthGuard } from './auth/jwt-auth.guard.js';
import { ScopesGuard } from './auth/scopes.guard.js';
import { Settings } from './config/settings.js';
import { Connections } from './database/connections.js';
import { allowOrigins, varyOf } from './http/cors.js';
import { clientGone, databaseAway } from './http/error-translators.js';
import { guardRoutes } from './http/guards.js';
import { nameHandlers } from './http/route-handlers.js';
import { DocumentInterceptor } from './json-api/nest/document.interceptor.js';
import { ErrorFilter } from './json-api/nest/error.filter.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { JsonApiOptions } from './json-api/nest/json-api-options.js';
import { applyHttpRules, collectRoutes, unknownRoute } from './json-api/nest/http-rules.js';
import { RequestInterceptor } from './json-api/nest/request.interceptor.js';
import { sendCommonHeaders } from './json-api/nest/security-headers.js';
import { Metrics } from './observability/metrics.js';
import { observeRequests } from './observability/observe-requests.js';
import { createRequestLog } from './observability/request-log.js';
import { MemoryBudget } from './overload/memory-budget.js';
import { boundBodies, refusing, shareFairly, shedLoad } from './overload/shed-load.js';
import { RateLimitGuard } from './rate-limit/rate-limit.guard.js';
import { RememberedResponses } from './response-cache/remembered-responses.js';
import { ResponseCacheInterceptor } from './response-cache/response-cache.interceptor.js';
import { CallerGuard } from './users/caller.guard.js';

/** Whether a request may come in: who it is, how often, as which user, with which scopes. The routes' own guards come behind. */
export const GUARDS: Type<CanActivate>[] = [JwtAuthGuard, RateLimitGuard, CallerGuard, ScopesGuard];

/** What is done around a handler, from the outside to the inside. */
export const INTERCEPTORS: Type<NestInterceptor>[] = [
  ResponseCacheInterceptor,
  RequestInterceptor,
  IdempotencyInterceptor,
  DocumentInterceptor,
];

/** The way of a request, from top to bottom. */
export function usePipeline(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const settings = app.get(Settings);
  const metrics = app.get(Metrics);
  const { corsOrigins } = settings.operations;
  const memory = app.get(RememberedResponses);
  const methodsAt = collectRoutes(fastify);
  nameHandlers(fastify, app.get(DiscoveryService));

  // As soon as its headers are there.
  sendCommonHeaders(fastify);
  allowOrigins(fastify, corsOrigins);
  applyHttpRules(fastify, API_PATH, varyOf(corsOrigins));

  // Before its body is read.
  const load = {
    database: app.get(Connections),
    budget: app.get(MemoryBudget),
    refuse: refusing(metrics),
    isRemembered: (request: FastifyRequest) => memory.has(request),
  };
  shedLoad(fastify, load);
  guardRoutes(
    app,
    GUARDS.map((guard) => app.get(guard)),
  );
  boundBodies(fastify, load);

  // Around its handler, unless memory has the response.
  memory.serve(app);
  shareFairly(fastify, load);
  app.useGlobalInterceptors(...INTERCEPTORS.map((interceptor) => app.get(interceptor)));

  // When something has failed.
  app.useGlobalFilters(new ErrorFilter(app.get(JsonApiOptions), [unknownRoute(methodsAt), clientGone, databaseAway()]));

  // Once it is answered.
  observeRequests(fastify, metrics, createRequestLog(settings));
}
