import type { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Of large bodies of requests and responses together, which take up several times as much while they are worked on. */
const MAX_HELD_BYTES = 48 * 1024 * 1024;

/** What is smaller is bounded by the number of connections. */
const SMALLEST_COUNTED = 16 * 1024;

/** The bytes of large bodies that are held for clients: of requests that come in slowly, of responses that are read slowly. */
@Injectable()
export class MemoryBudget {
  private held = 0;

  /** Whether another large body would be too much. */
  isSpent(bytes = 0): boolean {
    return this.held + bytes > MAX_HELD_BYTES;
  }

  /** @param response counts for as long as it is open */
  hold(bytes: number, response: EventEmitter): void {
    if (bytes < SMALLEST_COUNTED) return;
    this.held += bytes;
    response.once('close', () => (this.held -= bytes));
  }
}
