import { Injectable } from '@nestjs/common';
import { Connections } from '../database/connections.js';
import { execute, sql } from '../json-api/sql/statement.js';

/** A key of a user, and the digest of the request that it stands for. */
export interface KeyedRequest {
  userId: string;
  key: string;
  digest: string;
  formerDigest: string;
}

/** An answer, as it is given again. */
export interface StoredResponse {
  status: number;
  location: string | null;
  etag: string | null;
  body: Buffer;
}

/** How long answers are kept, as an interval of PostgreSQL. */
const LIFETIME = '24 hours';

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly db: Connections) {}

  /**
   * Tries to take the key for the transaction that the caller is in, without waiting for another one that has it. What is
   * kept must be looked for after this, in a statement of its own: only that sees all that others with the key committed.
   */
  async take({ userId, key }: KeyedRequest): Promise<boolean> {
    const [lock] = await execute<{ taken: boolean }>(
      this.db,
      sql`select pg_try_advisory_xact_lock(hashtextextended(${key}::text, ${userId}::bigint)) as taken`,
    );
    return lock?.taken === true;
  }

  /** The answer that is kept under the key, and the digest of its request. */
  async find({ userId, key }: KeyedRequest): Promise<(StoredResponse & { digest: string }) | null> {
    const [kept] = await execute<StoredResponse & { digest: string }>(
      this.db,
      sql`
        select request_digest as digest, status, location, etag, body from idempotency_key
        where user_id = ${userId}::bigint and key = ${key} and created_at > now() - ${LIFETIME}::interval`,
    );
    // The embedded database gives bytes that are no buffer.
    return kept ? { ...kept, body: Buffer.from(kept.body) } : null;
  }

  /** Keeps the answer with what the transaction has written. The key must have been taken, and nothing found. */
  async keep({ userId, key, digest }: KeyedRequest, { status, location, etag, body }: StoredResponse): Promise<void> {
    // What is in the way is expired.
    await execute(
      this.db,
      sql`
        insert into idempotency_key (user_id, key, request_digest, status, location, etag, body)
        values (${userId}::bigint, ${key}, ${digest}, ${status}, ${location}, ${etag}, ${body})
        on conflict (user_id, key) do update set
          request_digest = excluded.request_digest, status = excluded.status, location = excluded.location,
          etag = excluded.etag, body = excluded.body, created_at = excluded.created_at`,
    );
  }

  /** Removes answers that are no longer kept, `most` at a time. @returns how many there were */
  async removeExpired(most: number): Promise<number> {
    const removed = await execute(
      this.db,
      sql`
        delete from idempotency_key where (user_id, key) in (
          select user_id, key from idempotency_key where created_at <= now() - ${LIFETIME}::interval
          order by created_at limit ${most} for update skip locked)
        returning 1`,
    );
    return removed.length;
  }
}
