import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { RequestCounter } from './request-counter.js';

const HOUR_MS = 3_600_000;

/** Tells every user how many requests they have left in this hour of the clock, and refuses those past the limit. */
@Injectable()
export class RateLimit {
  private readonly limit: number;

  constructor(
    { rateLimit }: Settings,
    private readonly counter: RequestCounter,
  ) {
    this.limit = rateLimit.requestsPerHour;
  }

  /**
   * Counts a request and says in the headers of its answer what is left. Nothing is waited for where nothing needs to be.
   * @throws JsonApiError 429 past the limit
   */
  admit({ subject }: Principal, reply: FastifyReply): true | Promise<true> {
    if (this.limit === 0) return true;
    const now = Date.now();
    const count = this.counter.count(subject, Math.floor(now / HOUR_MS));
    return typeof count === 'number' ? this.check(reply, count, now) : count.then((n) => this.check(reply, n, now));
  }

  private check(reply: FastifyReply, count: number, now: number): true {
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
