import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { RateLimit } from './rate-limit.js';

/** Counts every request of a user; public routes have none. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly rateLimit: RateLimit) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const [{ user }, reply] = context.getArgs<[FastifyRequest & { user?: Principal }, FastifyReply]>();
    return !user || this.rateLimit.admit(user, reply);
  }
}
