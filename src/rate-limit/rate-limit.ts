import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '../auth/principal.js';
import { Settings } from '../config/settings.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { RequestLimiter } from './request-limiter.js';

const HOUR_MS = 3_600_000;

/** The limit that responses state where there is none: clients that pace themselves by the headers need a number. */
const UNLIMITED = 1_000_000_000;

/** Tells every user how many requests they have left in this hour of the clock, and refuses those past the limit. */
@Injectable()
export class RateLimit {
  private readonly limit: number;

  constructor(
    { rateLimit }: Settings,
    private readonly limiter: RequestLimiter,
  ) {
    this.limit = rateLimit.requestsPerHour;
  }

  /**
   * Counts a request and says in the headers of its response how many are left. Nothing is waited for where nothing needs to be.
   * @throws JsonApiError 429 past the limit
   */
  admit({ subject }: Principal, reply: FastifyReply): true | Promise<true> {
    const now = Date.now();
    const hour = Math.floor(now / HOUR_MS);
    const nextHour = (hour + 1) * HOUR_MS;
    if (this.limit === 0) return stateLimit(reply, UNLIMITED, UNLIMITED, nextHour);
    const admit = (count: number): true => {
      stateLimit(reply, this.limit, Math.max(this.limit - count, 0), nextHour);
      if (count > this.limit) throw this.refusal(nextHour - now);
      return true;
    };
    const count = this.limiter.count(subject, hour);
    return typeof count === 'number' ? admit(count) : count.then(admit);
  }

  private refusal(untilNextHour: number): JsonApiError {
    const detail = `More than ${this.limit} requests in this hour. Try again in the next.`;
    const headers = { 'Retry-After': String(Math.ceil(untilNextHour / 1000)) };
    return new JsonApiError('rateLimitExceeded', detail, undefined, headers);
  }
}

/** @param nextHour milliseconds since 1970 */
function stateLimit(reply: FastifyReply, limit: number, remaining: number, nextHour: number): true {
  void reply
    .header('x-ratelimit-limit', limit)
    .header('x-ratelimit-remaining', remaining)
    .header('x-ratelimit-reset', nextHour / 1000);
  return true;
}
