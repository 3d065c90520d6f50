import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { JsonApiError } from '../json-api/json-api-error.js';
import { RequestCounter } from './request-counter.js';

const HOUR_MS = 3_600_000;

/** Tells every user how many requests they have left in this hour of the clock, and refuses those past the limit. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limit: number;

  constructor(
    { rateLimit }: Settings,
    private readonly counter: RequestCounter,
  ) {
    this.limit = rateLimit.requestsPerHour;
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const { user } = http.getRequest<FastifyRequest & { user?: Principal }>();
    if (!user || this.limit === 0) return true;
    const now = Date.now();
    const count = this.counter.count(user.subject, Math.floor(now / HOUR_MS));
    const reply = http.getResponse<FastifyReply>();
    // Nothing is waited for where nothing needs to be.
    return typeof count === 'number' ? this.admit(reply, count, now) : count.then((n) => this.admit(reply, n, now));
  }

  private admit(reply: FastifyReply, count: number, now: number): true {
    const nextHour = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
    void reply
      .header('X-RateLimit-Limit', this.limit)
      .header('X-RateLimit-Remaining', Math.max(0, this.limit - count))
      .header('X-RateLimit-Reset', nextHour / 1000);
    if (count <= this.limit) return true;
    throw new JsonApiError(
      'rateLimitExceeded',
      `More than ${this.limit} requests in this hour. Try again in the next.`,
      undefined,
      { 'Retry-After': String(Math.ceil((nextHour - now) / 1000)) },
    );
  }
}
