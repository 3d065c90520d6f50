import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../auth/principal.js';
import { isForeignKeyViolation } from '../database/database-errors.js';
import { existing } from '../json-api/requests/changes.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { type UserRow, userResource } from './user.resource.js';
import { type UserClaims, UsersRepository } from './users.repository.js';

const REMEMBERED_USERS = 10_000;

/** What is changed by hand in the database meanwhile is noticed after that. */
const REMEMBERED_FOR_MS = 60_000;

@Injectable()
export class UsersService {
  /** What is saved of users, by subject. */
  private readonly saved = new LRUCache<string, UserClaims & { id: string }>({
    max: REMEMBERED_USERS,
    ttl: REMEMBERED_FOR_MS,
    perf: { now: () => Date.now() },
  });

  constructor(private readonly users: UsersRepository) {}

  list(query: CollectionQuery): Promise<PageOfRows<UserRow>> {
    return this.users.page(query);
  }

  get(id: string): Promise<UserRow> {
    return existing(userResource, id, (known) => this.users.find(known));
  }

  /** The id of the user with those claims, who is made, or brought up to date when a claim is new. */
  async identify({ subject, name, email }: UserClaims): Promise<string> {
    const known = this.saved.get(subject);
    const claims = { subject, name: name ?? known?.name ?? null, email: email ?? known?.email ?? null };
    if (known && known.name === claims.name && known.email === claims.email) return known.id;
    const id = await this.users.save(claims);
    this.saved.set(subject, { ...claims, id });
    return id;
  }

  /**
   * Writes something that is to belong to the principal. When their user has been deleted by hand in the database, they are
   * made anew, and it is written once more.
   * @param write one statement, or a transaction: it is undone when it fails
   */
  async writeAs<Result>(principal: Principal, write: (userId: string) => Promise<Result>): Promise<Result> {
    // Another request of theirs may just have found that the user is gone.
    const userId = principal.userId ?? (await this.identify(principal));
    try {
      return await write(userId);
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      if (this.saved.get(principal.subject)?.id === userId) this.saved.delete(principal.subject);
      // Not only once it is known again: this may be a transaction that has failed, in which nothing can be read.
      delete principal.userId;
      principal.userId = await this.identify(principal);
      if (principal.userId === userId) throw error;
      return write(principal.userId);
    }
  }
}
