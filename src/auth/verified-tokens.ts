import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from './principal.js';

/** Characters of all remembered tokens together. */
const CAPACITY = 8_000_000;

const LONGEST_SECONDS = 60;

interface Verified {
  principal: Principal;
  /** Milliseconds since 1970. */
  until: number;
}

/**
 * The principals of tokens that have lately been found good, so that not every request pays for a signature. A token is
 * remembered for a minute at most, so that a withdrawn key or a changed clock matters soon, and never past its `exp`.
 */
@Injectable()
export class VerifiedTokens {
  private readonly verified = new LRUCache<string, Verified>({
    maxSize: CAPACITY,
    sizeCalculation: (_, authorization) => authorization.length + 1,
  });

  /** @param authorization the whole `Authorization` header */
  find(authorization: string): Principal | undefined {
    const known = this.verified.get(authorization);
    return known && known.until > Date.now() ? known.principal : undefined;
  }

  remember(authorization: string, principal: Principal): void {
    const until = Math.min(Date.now() + LONGEST_SECONDS * 1000, principal.expiresAt * 1000);
    this.verified.set(authorization, { principal, until });
  }

  /** For when the keys have changed. */
  forgetAll(): void {
    this.verified.clear();
  }
}
