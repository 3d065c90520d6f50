import type { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** Of large bodies of requests and responses, which take up several times as much while they are worked on. */
const MAX_HELD_BYTES = 96 * 1024 * 1024;

/** Of those of one user: so few that several users together do not take all. */
const MAX_OF_USER_BYTES = 24 * 1024 * 1024;

/** What is smaller is bounded by the number of connections. */
const SMALLEST_COUNTED = 16 * 1024;

/** The bytes of large bodies that are held for clients: of requests that come in slowly, of responses that are read slowly. */
@Injectable()
export class MemoryBudget {
  private held = 0;
  private readonly ofUsers = new Map<string, number>();

  /** Whether so many more bytes would be too many, of all users together. */
  isSpent(bytes = 0): boolean {
    return this.held + bytes > MAX_HELD_BYTES;
  }

  /** The same of one user. */
  isSpentBy(userId: string, bytes = 0): boolean {
    return (this.ofUsers.get(userId) ?? 0) + bytes > MAX_OF_USER_BYTES;
  }

  /** @param response counts for as long as it is open */
  hold(bytes: number, userId: string, response: EventEmitter): void {
    if (bytes < SMALLEST_COUNTED) return;
    this.add(bytes, userId);
    response.once('close', () => this.add(-bytes, userId));
  }

  private add(bytes: number, userId: string): void {
    this.held += bytes;
    const ofUser = (this.ofUsers.get(userId) ?? 0) + bytes;
    if (ofUser === 0) this.ofUsers.delete(userId);
    else this.ofUsers.set(userId, ofUser);
  }
}
