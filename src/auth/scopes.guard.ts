import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { JsonApiError } from '../json-api/json-api-error.js';
import { ANY_SCOPE, PUBLIC, SCOPED } from './access.decorators.js';
import type { Action, Principal } from './principal.js';

const ACTIONS: Record<string, Action> = { GET: 'read', HEAD: 'read', POST: 'write', PATCH: 'write', DELETE: 'delete' };

/** Refuses a token without the scope that the route asks for, and every token on a route that does not say what it asks for. */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    if ([PUBLIC, ANY_SCOPE].some((key) => this.reflector.getAllAndOverride<boolean>(key, targets))) return true;

    const collection = this.reflector.getAllAndOverride<string | undefined>(SCOPED, targets);
    const { method, user } = context.switchToHttp().getRequest<FastifyRequest & { user: Principal }>();
    const action = ACTIONS[method];
    if (!collection || !action) return false;
    if (user.can(action, collection)) return true;

    const scope = `${collection}.${action}`;
    throw new JsonApiError('unauthorizedOauthScope', `The token lacks the scope '${scope}'.`, undefined, {
      'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
    });
  }
}
