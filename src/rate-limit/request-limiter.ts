import { LRUCache } from 'lru-cache';

/** Counts requests by key. */
export abstract class RequestLimiter {
  /**
   * Counts one more request.
   * @returns how many there have been with that key
   */
  abstract count(key: string): number | Promise<number>;
}

/** Bounded in memory; beyond it, counters are forgotten that have not been used for the longest time. */
const COUNTERS = 100_000;

/**
 * Counts in this process alone. Not by rate-limiter-flexible, whose promises cost 7 % of a read that is answered from memory.
 */
export class LocalRequestLimiter extends RequestLimiter {
  private readonly counters = new LRUCache<string, number>({ max: COUNTERS });

  override count(key: string): number {
    const count = (this.counters.get(key) ?? 0) + 1;
    this.counters.set(key, count);
    return count;
  }
}
