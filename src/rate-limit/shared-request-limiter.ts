import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { LocalRequestLimiter, RequestLimiter } from './request-limiter.js';

/** How long requests may wait for Redis, which otherwise takes less than one; then its connection is given up. */
const PATIENCE_MS = 250;

/** Patience is counted in timers, between which a process short of CPU reads what Redis has sent: one timer would not wait for it. */
const TURNS_OF_PATIENCE = 5;

/** How long the handshake of a connection may hang, which no request waits for. */
const SOCKET_TIMEOUT_MS = 10_000;

const CONNECT_TIMEOUT_MS = 2_000;

/** Seconds that a counter is kept: longer than the hour in its key, so that clocks may differ between processes. */
const KEPT_SECONDS = 7_200;

/**
 * Counts in Redis, together with every process that uses the same one. While Redis fails, this process counts by itself: the
 * rate limit must not keep anyone from being served. Not by the library's `insuranceLimiter`, which keeps the error to itself.
 */
export class SharedRequestLimiter extends RequestLimiter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimit');
  private readonly redis: Redis;
  private readonly shared: RateLimiterRedis;
  private readonly local = new LocalRequestLimiter();
  private away = false;
  private waiting = 0;
  private silentTurns = 0;
  private watch?: NodeJS.Timeout;

  constructor(url: string, requestsPerHour: number) {
    super();
    this.redis = new Redis(url, {
      lazyConnect: true,
      // A request that Redis can't count now is not to be counted there later.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      socketTimeout: SOCKET_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
      // After a failover the connection may lead to a server that has become a replica.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
    this.redis.on('error', (error: Error) => this.lost(error));
    this.shared = new RateLimiterRedis({
      storeClient: this.redis,
      points: requestsPerHour,
      duration: KEPT_SECONDS,
      keyPrefix: 'call-purposes:requests',
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.redis.connect();
    } catch (error) {
      this.lost(error);
    }
    this.watch = setInterval(() => this.giveUpIfSilent(), PATIENCE_MS / TURNS_OF_PATIENCE).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.watch);
    this.redis.disconnect();
  }

  override async count(subject: string, hour: number): Promise<number> {
    this.waiting++;
    try {
      // Past the limit the library throws what it returns otherwise.
      const { consumedPoints } = await this.shared.consume(`${hour}:${subject}`).catch(resultOf);
      this.found();
      return consumedPoints;
    } catch (error) {
      this.lost(error);
      return this.local.count(subject, hour);
    } finally {
      this.waiting--;
      this.silentTurns = 0;
    }
  }

  private giveUpIfSilent(): void {
    this.silentTurns = this.waiting ? this.silentTurns + 1 : 0;
    if (this.silentTurns > TURNS_OF_PATIENCE) this.redis.stream.destroy(new Error(`silent for ${PATIENCE_MS} ms`));
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

function resultOf(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}
