import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Settings } from '../config/settings.js';
import { RateLimit } from './rate-limit.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { LocalRequestCounter, RequestCounter } from './request-counter.js';
import { SharedRequestCounter } from './shared-request-counter.js';

/** The limit of requests per user and hour. Imported after the module that authenticates: its guard counts by user. */
@Module({
  providers: [
    RateLimit,
    { provide: APP_GUARD, useClass: RateLimitGuard },
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
