import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../auth/principal.js';
import { isForeignKeyViolation } from '../database/database-errors.js';
import { existing } from '../json-api/requests/changes.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { Caller } from './caller.js';
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

  /** By principal, which is the same for every request with a token that has lately been verified. */
  private callers = new WeakMap<Principal, Caller>();

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

  /** Who the principal is here; nothing is waited for when that is known. */
  callerOf(principal: Principal): Caller | Promise<Caller> {
    return this.callers.get(principal) ?? this.findCaller(principal);
  }

  /**
   * Writes something that is to belong to the caller. When their user has been deleted by hand in the database, they are
   * made anew, and it is written once more.
   * @param write one statement, or a transaction: it is undone when it fails
   */
  async writeAs<Result>(caller: Caller, write: (userId: string) => Promise<Result>): Promise<Result> {
    try {
      return await write(caller.userId);
    } catch (error) {
      if (!isForeignKeyViolation(error)) throw error;
      // At once: this may be a transaction that has failed, in which nothing can be read.
      this.forget(caller);
      const userId = await this.identify(caller);
      if (userId === caller.userId) throw error;
      return write(userId);
    }
  }

  private async findCaller(principal: Principal): Promise<Caller> {
    const caller = new Caller(principal, await this.identify(principal));
    this.callers.set(principal, caller);
    return caller;
  }

  private forget({ subject, userId }: Caller): void {
    // Another request of theirs may have found them anew.
    if (this.saved.get(subject)?.id === userId) this.saved.delete(subject);
    // Each token of theirs has a caller.
    this.callers = new WeakMap();
  }
}
