import { Injectable } from '@nestjs/common';
import { Connections } from '../database/connections.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ReadReplicas } from '../database/read-replicas.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { selectOne, selectPage } from '../json-api/sql/select.js';
import { execute, sql } from '../json-api/sql/statement.js';
import { type UserRow, userResource } from './user.resource.js';

/** What a token says of its user. */
export interface UserClaims {
  subject: string;
  name: string | null;
  email: string | null;
}

/** What the database has of them. */
export interface SavedUser {
  id: string;
  name: string | null;
  email: string | null;
  isBlocked: boolean;
}

/** A user whose tokens are refused. */
export interface BlockedUser {
  id: string;
  subject: string;
  blockedAt: string;
}

@Injectable()
export class UsersRepository {
  constructor(
    private readonly db: Connections,
    private readonly changes: ChangeFeed,
    private readonly replicas: ReadReplicas,
  ) {}

  page(query: CollectionQuery): Promise<PageOfRows<UserRow>> {
    return selectPage(this.replicas, userResource, query);
  }

  find(id: string): Promise<UserRow | null> {
    return selectOne(this.db, userResource, id);
  }

  /**
   * Makes the user of that subject, or brings the name and email up to date; writes nothing when they are. Not every token of
   * a user has every claim, so that a missing one leaves what is known.
   */
  async save({ subject, name, email }: UserClaims): Promise<SavedUser> {
    const [current] = await execute<SavedUser>(
      this.db,
      sql`
        select ${SAVED} from api_user where subject = ${subject}
          and name is not distinct from coalesce(${name}::text, name)
          and email is not distinct from coalesce(${email}::text, email)`,
    );
    return current ?? (await this.upsert({ subject, name, email }));
  }

  async block(subject: string): Promise<string> {
    const [blocked] = await execute<{ id: string }>(
      this.db,
      sql`
        insert into api_user (subject, blocked_at) values (${subject}, now())
        on conflict (subject) do update set blocked_at = coalesce(api_user.blocked_at, excluded.blocked_at)
        returning id`,
    );
    return blocked?.id ?? '';
  }

  async unblock(subject: string): Promise<string | null> {
    const [unblocked] = await execute<{ id: string }>(
      this.db,
      sql`
        update api_user set blocked_at = null where subject = ${subject} and blocked_at is not null returning id`,
    );
    return unblocked?.id ?? null;
  }

  listBlocked(): Promise<BlockedUser[]> {
    return execute<BlockedUser>(
      this.db,
      sql`
        select id, subject, blocked_at as "blockedAt" from api_user where blocked_at is not null order by blocked_at, id`,
    );
  }

  private async upsert({ subject, name, email }: UserClaims): Promise<SavedUser> {
    try {
      const [saved] = await execute<SavedUser>(
        this.db,
        sql`
          insert into api_user (subject, name, email) values (${subject}, ${name}, ${email})
          on conflict (subject) do update set
            name = coalesce(excluded.name, api_user.name),
            email = coalesce(excluded.email, api_user.email)
          returning ${SAVED}`,
      );
      if (!saved) throw new Error('An upsert returned no row.');
      return saved;
    } finally {
      this.changes.changed();
    }
  }
}

const SAVED = sql`id, name, email, blocked_at is not null as "isBlocked"`;
