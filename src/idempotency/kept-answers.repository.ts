import { Injectable } from '@nestjs/common';
import { Connections } from '../database/connections.js';
import { execute, sql } from '../json-api/sql/statement.js';

/** A key of a user, and the digest of the request that it stands for. */
export interface KeyedRequest {
  userId: string;
  key: string;
  digest: string;
}

/** An answer, as it is given again. */
export interface KeptAnswer {
  status: number;
  location: string | null;
  etag: string | null;
  body: Buffer;
}

/** How long answers are kept, as an interval of PostgreSQL. */
const LIFETIME = '24 hours';

@Injectable()
export class KeptAnswersRepository {
  constructor(private readonly db: Connections) {}

  /**
   * Finds the answer that is kept under the key, and tries to take the key for the transaction that the caller is in. It
   * never waits for another transaction that has it.
   */
  async claim({
    userId,
    key,
  }: KeyedRequest): Promise<{ kept: (KeptAnswer & { digest: string }) | null; taken: boolean }> {
    const [row] = await execute<{ taken: boolean; digest: string | null } & KeptAnswer>(
      this.db,
      sql`
        select pg_try_advisory_xact_lock(hashtextextended(${key}::text, ${userId}::bigint)) as taken,
          request_digest as digest, status, location, etag, body
        from (values (1)) as always left join idempotency_key
          on user_id = ${userId}::bigint and key = ${key}::text and created_at > now() - ${LIFETIME}::interval`,
    );
    if (!row) throw new Error('A row that is always there is not.');
    const { taken, digest, ...answer } = row;
    // The embedded database gives bytes that are no buffer.
    return { taken, kept: digest === null ? null : { ...answer, digest, body: Buffer.from(answer.body) } };
  }

  /**
   * Keeps the answer with what the transaction has written.
   * @returns whether it could: not when another transaction has kept one after this one looked for it
   */
  async keep({ userId, key, digest }: KeyedRequest, { status, location, etag, body }: KeptAnswer): Promise<boolean> {
    const kept = await execute(
      this.db,
      sql`
        insert into idempotency_key (user_id, key, request_digest, status, location, etag, body)
        values (${userId}::bigint, ${key}, ${digest}, ${status}, ${location}, ${etag}, ${body})
        on conflict (user_id, key) do update set
          request_digest = excluded.request_digest, status = excluded.status, location = excluded.location,
          etag = excluded.etag, body = excluded.body, created_at = excluded.created_at
        where idempotency_key.created_at <= now() - ${LIFETIME}::interval
        returning 1`,
    );
    return kept.length > 0;
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
