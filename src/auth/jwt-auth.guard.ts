import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { JsonApiError } from '../json-api/json-api-error.js';
import { PUBLIC } from './access.decorators.js';

/** Refuses whoever has no good token, on every route that is not declared public. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(context: ExecutionContext) {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    return super.canActivate(context);
  }

  override handleRequest<Principal>(
    error: unknown,
    principal: Principal,
    _info: unknown,
    context: ExecutionContext,
  ): Principal {
    if (error instanceof Error) throw error;
    if (principal) return principal;
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    // RFC 6750: who sent no token is told how to authenticate, and of no error.
    if (!authorization || !/^bearer /i.test(authorization)) {
      throw new JsonApiError('unauthorized', 'The request has no bearer token.', undefined, {
        'WWW-Authenticate': 'Bearer',
      });
    }
    throw new JsonApiError('unauthorized', 'The bearer token does not hold.', undefined, {
      'WWW-Authenticate': 'Bearer error="invalid_token"',
    });
  }
}
