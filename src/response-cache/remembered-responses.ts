import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { VerifiedTokens } from '../auth/verified-tokens.js';
import { RateLimit } from '../rate-limit/rate-limit.js';
import { isRead } from '../json-api/requests/is-read.js';
import type { Resource } from '../json-api/resource.js';
import { concludeRead } from './conditional-read.js';
import { type RememberedResponse, ResponseCache } from './response-cache.js';

type Done = (error?: Error) => void;

/**
 * Answers reads of resources that change rarely before Nest is asked: whoever has a token that was found good a moment ago,
 * and asks for what was answered since the last change, gets the bytes of that answer. Anything less certain goes on to the
 * guards and the handler, which make every decision and every answer there is to remember.
 */
@Injectable()
export class RememberedAnswers {
  constructor(
    private readonly tokens: VerifiedTokens,
    private readonly rateLimit: RateLimit,
    private readonly cache: ResponseCache,
  ) {}

  /** @param resourceAt the resource that the pattern of a route serves, if it serves one */
  serve(fastify: FastifyInstance, resourceAt: (route: string) => Resource | undefined): void {
    fastify.addHook('onRoute', (route) => {
      const resource = resourceAt(route.url);
      if (!resource?.changesRarely || ![route.method].flat().every(isRead)) return;
      // After all hooks that may refuse a request or set a header.
      route.preHandler = (request: FastifyRequest, reply: FastifyReply, done: Done) =>
        this.answer(resource, request, reply, done);
    });
  }

  private answer(resource: Resource, request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const principal = this.tokens.find(request.headers.authorization ?? '');
    // One whose user is not known yet has not been through the guards.
    if (principal?.userId === undefined || !principal.can('read', resource.path)) return done();
    const known = this.cache.find(request, principal);
    if (!known) return done();

    Object.assign(request, { user: principal });
    const admitted = this.rateLimit.admit(principal, reply);
    if (admitted === true) send(request, reply, known);
    else admitted.then(() => send(request, reply, known), done);
  }
}

function send(request: FastifyRequest, reply: FastifyReply, { body, etag }: RememberedResponse): void {
  if (etag) void reply.header('ETag', etag);
  void reply.send(concludeRead(request, reply, body));
}
