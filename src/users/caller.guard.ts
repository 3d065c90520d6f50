import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { UsersService } from './users.service.js';

/** Adds the user to the principal of the request; public routes have neither. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(private readonly users: UsersService) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<FastifyRequest & { user?: Principal }>();
    return !user || user.userId !== undefined || this.identify(user);
  }

  private async identify(principal: Principal): Promise<boolean> {
    principal.userId = await this.users.identify(principal);
    return true;
  }
}
