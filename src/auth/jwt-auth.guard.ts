import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { accessTo } from './access.decorators.js';
import { invalidToken } from './invalid-token.js';
import { Principal } from './principal.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Refuses whoever has no good token, on every route that is not declared public. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly verifiedTokens: VerifiedTokens) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    if (accessTo(context).kind === 'public') return true;
    const request = context.getArgByIndex<FastifyRequest & { user?: Principal }>(0);
    const principal = this.verifiedTokens.find(request.headers.authorization ?? '');
    if (!principal) return super.canActivate(context);
    request.user = principal;
    return true;
  }

  override handleRequest<User>(error: unknown, user: User, info: unknown, context: ExecutionContext): User {
    if (error instanceof Error) throw error;
    // Why there is no key to check the token with, which says nothing about the token.
    if (info instanceof JsonApiError) throw info;
    const { authorization } = context.getArgByIndex<FastifyRequest>(0).headers;
    if (user instanceof Principal && authorization) {
      this.verifiedTokens.remember(authorization, user);
      return user;
    }
    // RFC 6750: who sent no token is told how to authenticate, and of no error.
    if (!authorization || !/^bearer /i.test(authorization)) {
      throw new JsonApiError('unauthorized', 'The request has no bearer token.', undefined, {
        'WWW-Authenticate': 'Bearer',
      });
    }
    throw invalidToken(info);
  }
}
