import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { LocalRequestCounter, RequestCounter } from './request-counter.js';

/** How long a request may wait for Redis; a live one answers in less than one. */
const PATIENCE_MS = 250;

/** How often Redis is asked while it does not answer: no other request waits. */
const PROBE_MS = 1_000;

const GIVE_UP_CONNECTION_MS = 2_000;

/** Counts, and has the count forgotten when its hour is over for sure, in one step. */
const COUNT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('EXPIRE', KEYS[1], 7200) end
  return count`;

/**
 * Counts in Redis, together with every process that uses the same one. While Redis does not answer, this process counts for
 * itself: the rate limit must not keep anyone from being served.
 */
export class SharedRequestCounter extends RequestCounter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('RateLimit');
  private readonly local = new LocalRequestCounter();
  private readonly redis: Redis;
  private away = false;
  /** Milliseconds since 1970. */
  private probeAt = 0;

  constructor(url: string) {
    super();
    this.redis = new Redis(url, {
      lazyConnect: true,
      // A request that can't be counted in Redis now has no use for being counted there later.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      commandTimeout: PATIENCE_MS,
      connectTimeout: GIVE_UP_CONNECTION_MS,
      socketTimeout: GIVE_UP_CONNECTION_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
      // After a failover the connection may lead to a server that has become a replica.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
    this.redis.on('error', (error: Error) => this.lost(error));
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.redis.connect();
    } catch (error) {
      this.lost(error);
    }
  }

  onModuleDestroy(): void {
    this.redis.disconnect();
  }

  override count(subject: string, hour: number): number | Promise<number> {
    const now = Date.now();
    if (this.away && now < this.probeAt) return this.local.count(subject, hour);
    this.probeAt = now + PROBE_MS;
    return this.countShared(subject, hour);
  }

  private async countShared(subject: string, hour: number): Promise<number> {
    try {
      const count = (await this.redis.eval(COUNT, 1, `call-purposes:requests:${hour}:${subject}`)) as number;
      if (this.away) this.logger.log('Redis answers again: requests are counted together.');
      this.away = false;
      return count;
    } catch (error) {
      this.lost(error);
      return this.local.count(subject, hour);
    }
  }

  private lost(error: unknown): void {
    if (!this.away) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(`Redis does not answer (${reason}): until it does, each process counts requests for itself.`);
    }
    this.away = true;
  }
}
