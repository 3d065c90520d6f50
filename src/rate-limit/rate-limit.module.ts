import { Module } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { RateLimit } from './rate-limit.js';
import { LocalRequestCounter, RequestCounter } from './request-counter.js';
import { SharedRequestCounter } from './shared-request-counter.js';

/** The limit of requests per user and hour. */
@Module({
  providers: [
    RateLimit,
    {
      provide: RequestCounter,
      inject: [Settings],
      useFactory: ({ rateLimit: { requestsPerHour, redisUrl } }: Settings) =>
        requestsPerHour > 0 && redisUrl ? new SharedRequestCounter(redisUrl) : new LocalRequestCounter(),
    },
  ],
  exports: [RateLimit],
})
export class RateLimitModule {}
