import { Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { RateLimit } from './rate-limit.js';
import { LocalRequestLimiter, RequestLimiter } from './request-limiter.js';

/** The limit of requests per user and hour. */
@Module({
  providers: [
    RateLimit,
    {
      provide: RequestLimiter,
      inject: [Settings],
      useFactory: async ({ rateLimit: { requestsPerHour, redisUrl } }: Settings): Promise<RequestLimiter> => {
        if (!redisUrl || requestsPerHour === 0) return new LocalRequestLimiter();
        // Loaded only where it is used: the client of Redis takes 0.1 s of the start.
        const { SharedRequestLimiter } = await import('./shared-request-limiter.js');
        return new SharedRequestLimiter(redisUrl, requestsPerHour);
      },
    },
  ],
  exports: [RateLimit],
})
export class RateLimitModule {}
