import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VerifiedTokens } from '../auth/verified-tokens.js';
import { askGuards, contextOf, guardsOf } from '../http/guards.js';
import { concludeRead } from '../json-api/nest/conditional-read.js';
import { resourceOf } from '../json-api/nest/json-api.decorators.js';
import { isRead } from '../json-api/requests/is-read.js';
import type { Viewer } from '../json-api/resource.js';
import { type RememberedResponse, ResponseCache } from './response-cache.js';

/**
 * Sends what is remembered in response to reads of resources that change rarely, before Nest is asked. By then the request
 * has passed every guard of the pipeline, as any other; those of its route are asked here.
 */
@Injectable()
export class RememberedResponses {
  constructor(
    private readonly tokens: VerifiedTokens,
    private readonly cache: ResponseCache,
  ) {}

  serve(app: NestFastifyApplication): void {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', (route) => {
      const { controller, handler } = route.config ?? {};
      if (!controller || !handler || !isRemembered(controller) || ![route.method].flat().every(isRead)) return;
      const guards = guardsOf(app, controller, handler);
      route.preHandler = (request: FastifyRequest & { user?: Viewer }, reply, done) => {
        const response = request.user && this.cache.find(request, request.user);
        if (!response) return done();
        const passed = askGuards(guards, contextOf(request, reply, controller, handler));
        if (passed === true) send(request, reply, response);
        else passed.then(() => send(request, reply, response)).catch(done);
      };
    });
  }

  /** Whether the response to a request that has not passed the guards yet is there, should it pass them. */
  has(request: FastifyRequest): boolean {
    if (!isRead(request.method) || !isRemembered(request.routeOptions.config.controller)) return false;
    const principal = this.tokens.find(request.headers.authorization ?? '');
    return principal !== undefined && this.cache.find(request, principal) !== undefined;
  }
}

const isRemembered = (controller: object | undefined): boolean => resourceOf(controller)?.changesRarely === true;

function send(request: FastifyRequest, reply: FastifyReply, { body, etag }: RememberedResponse): void {
  if (etag) void reply.header('etag', etag);
  void reply.send(concludeRead(request, reply, body));
}
