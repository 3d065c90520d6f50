import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { UsersService } from './users.service.js';

/** Adds the user to the principal of the request; public routes have neither. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(private readonly users: UsersService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    if (request.user) Object.assign(request.user, { userId: await this.users.identify(request.user) });
    return true;
  }
}
