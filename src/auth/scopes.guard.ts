import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { accessTo } from './access.decorators.js';
import { ACTIONS, type Principal, scopesOf } from './principal.js';

/** Refuses a token without the scope that the route asks for, and every token on a route that does not say what it asks for. */
@Injectable()
export class ScopesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const access = accessTo(context);
    if (access.kind !== 'scoped') return access.kind !== 'undeclared';

    const { method, user } = context.getArgByIndex<FastifyRequest & { user: Principal }>(0);
    const action = ACTIONS[method];
    if (!action) return false;
    if (user.can(action, access.collection)) return true;

    const scope = scopesOf(access.collection)[action];
    throw new JsonApiError('unauthorizedOauthScope', `The token lacks the scope '${scope}'.`, undefined, {
      'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
    });
  }
}
