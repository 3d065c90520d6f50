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
   * @returns the user's id
   */
  async save({ subject, name, email }: UserClaims): Promise<string> {
    const [current] = await execute<{ id: string }>(
      this.db,
      sql`
        select id from api_user where subject = ${subject}
          and name is not distinct from coalesce(${name}::text, name)
          and email is not distinct from coalesce(${email}::text, email)`,
    );
    return current?.id ?? (await this.upsert({ subject, name, email }));
  }

  private async upsert({ subject, name, email }: UserClaims): Promise<string> {
    try {
      const [saved] = await execute<{ id: string }>(
        this.db,
        sql`
          insert into api_user (subject, name, email) values (${subject}, ${name}, ${email})
          on conflict (subject) do update set
            name = coalesce(excluded.name, api_user.name),
            email = coalesce(excluded.email, api_user.email),
            updated_at = now()
          returning id`,
      );
      if (!saved) throw new Error('An upsert returned no row.');
      return saved.id;
    } finally {
      this.changes.changed();
    }
  }
}
