import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import type { Caller } from './caller.js';
import { UsersService } from './users.service.js';

type Request = FastifyRequest & { user?: Principal | Caller };

/**
 * Finds out which user the principal of the request is here, and so who the {@link Caller} is; public routes have none, and a
 * principal who may do nothing stays one.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(private readonly users: UsersService) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.getArgByIndex<Request>(0);
    const caller = request.user && this.users.callerOf(request.user);
    if (caller instanceof Promise) return caller.then((found) => is(request, found));
    return !caller || is(request, caller);
  }
}

function is(request: Request, caller: Principal | Caller): true {
  request.user = caller;
  return true;
}
