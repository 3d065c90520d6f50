import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Counts requests by key; a token for injection, as the abstract class of rate-limiter-flexible is a type only. */
export abstract class RequestLimiter {
  /**
   * Counts one more request.
   * @throws RateLimiterRes past the limit
   */
  abstract consume(key: string): Promise<RateLimiterRes>;
}

/** Seconds that a counter is kept: longer than the hour in its key, so that clocks may differ between processes. */
const KEPT_SECONDS = 7_200;

/** What the limiters have in common. */
export const limiterOptions = (requestsPerHour: number) => ({
  points: requestsPerHour,
  duration: KEPT_SECONDS,
  keyPrefix: 'call-purposes:requests',
});

/** Counts in this process alone. */
export const localLimiter = (requestsPerHour: number): RequestLimiter =>
  new RateLimiterMemory(limiterOptions(requestsPerHour));
