import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RequestLimiter, limiterOptions, localLimiter } from './request-limiter.js';

/** How long requests may wait for Redis, which otherwise takes less than one; then its connection is given up. */
const PATIENCE_MS = 250;

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Counts in Redis, together with every process that uses the same one. While Redis fails, this process counts by itself: the
 * rate limit must not keep anyone from being served. Not by the library's `insuranceLimiter`, which keeps the error to itself.
 */
export class SharedRequestLimiter extends RequestLimiter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly redis: Redis;
  private readonly shared: RateLimiterRedis;
  private readonly local: RequestLimiter;
  private away = false;

  constructor(url: string, requestsPerHour: number) {
    super();
    this.redis = new Redis(url, {
      lazyConnect: true,
      // A request that Redis can't count now is not to be counted there later.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      socketTimeout: PATIENCE_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
      // After a failover the connection may lead to a server that has become a replica.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
    this.redis.on('error', (error: Error) => this.lost(error));
    this.shared = new RateLimiterRedis({ ...limiterOptions(requestsPerHour), storeClient: this.redis });
    this.local = localLimiter(requestsPerHour);
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.redis.connect();
    } catch (error) {
      this.lost(error);
    }
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  override async consume(key: string): Promise<RateLimiterRes> {
    try {
      const counted = await this.shared.consume(key);
      this.found();
      return counted;
    } catch (reason) {
      if (!(reason instanceof RateLimiterRes)) return this.countAlone(key, reason);
      this.found();
      throw reason;
    }
  }

  private countAlone(key: string, reason: unknown): Promise<RateLimiterRes> {
    this.lost(reason);
    return this.local.consume(key);
  }

  private found(): void {
    if (this.away) this.logger.log('Redis answers again: requests are counted together.');
    this.away = false;
  }

  private lost(error: unknown): void {
    if (!this.away) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(`Redis does not answer (${reason}): until it does, each process counts requests for itself.`);
    }
    this.away = true;
  }
}
