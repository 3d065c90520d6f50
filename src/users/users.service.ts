import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { invalidToken } from '../auth/invalid-token.js';
import { type Principal, scopesOf } from '../auth/principal.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isForeignKeyViolation } from '../database/database-errors.js';
import { existing } from '../json-api/requests/changes.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { ServedResources } from '../json-api/nest/served-resources.js';
import { Caller } from './caller.js';
import { type UserRow, userResource } from './user.resource.js';
import { type BlockedUser, type SavedUser, type UserClaims, UsersRepository } from './users.repository.js';

const REMEMBERED_USERS = 10_000;

/** What has been changed in the database by a process that can't be heard, a block above all, counts after that. */
const REMEMBERED_FOR_MS = 60_000;

/** What is known of a user, until then: milliseconds since 1970. */
interface KnownUser extends SavedUser {
  until: number;
}

interface KnownCaller {
  caller: Caller;
  until: number;
}

@Injectable()
export class UsersService {
  /** What is saved of users, by subject. */
  private readonly saved = new LRUCache<string, KnownUser>({ max: REMEMBERED_USERS });

  /** By principal, which is the same for every request with a token that has lately been verified. */
  private callers = new WeakMap<Principal, KnownCaller>();

  constructor(
    private readonly users: UsersRepository,
    private readonly resources: ServedResources,
    changes: ChangeFeed,
  ) {
    changes.onBlock(() => this.forgetAll());
  }

  list(query: CollectionQuery): Promise<PageOfRows<UserRow>> {
    return this.users.page(query);
  }

  get(id: string): Promise<UserRow> {
    return existing(userResource, id, (known) => this.users.find(known));
  }

  /** The id of the user with those claims, who is made, or brought up to date when a claim is new. */
  async identify(claims: UserClaims): Promise<string> {
    return (await this.know(claims)).id;
  }

  /**
   * Who the principal is here; nothing is waited for when that is known.
   * @returns the principal where the token has no scope of this API: that makes no user
   * @throws JsonApiError 401 for a user who is blocked
   */
  callerOf(principal: Principal): Caller | Principal | Promise<Caller> {
    const known = this.callers.get(principal);
    if (known && known.until > Date.now()) return known.caller;
    return this.hasScope(principal) ? this.findCaller(principal) : principal;
  }

  /** Blocks the user of that subject from now on, even one who has not been here yet. @returns the user's id */
  async block(subject: string): Promise<string> {
    const id = await this.users.block(subject);
    this.forgetAll();
    return id;
  }

  /** @returns null when no user of that subject is blocked */
  async unblock(subject: string): Promise<string | null> {
    const id = await this.users.unblock(subject);
    this.forgetAll();
    return id;
  }

  /** For operators: those who are blocked. */
  listBlocked(): Promise<BlockedUser[]> {
    return this.users.listBlocked();
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
    const { id, isBlocked, until } = await this.know(principal);
    if (isBlocked) throw invalidToken('The user of the bearer token is blocked.');
    const caller = new Caller(principal, id);
    this.callers.set(principal, { caller, until });
    return caller;
  }

  private async know({ subject, name, email }: UserClaims): Promise<KnownUser> {
    const known = this.saved.get(subject);
    const claims = { subject, name: name ?? known?.name ?? null, email: email ?? known?.email ?? null };
    const isNew = !known || known.until <= Date.now() || known.name !== claims.name || known.email !== claims.email;
    if (!isNew) return known;
    const until = Date.now() + REMEMBERED_FOR_MS;
    const user = { ...(await this.users.save(claims)), until };
    this.saved.set(subject, user);
    return user;
  }

  private hasScope(principal: Principal): boolean {
    return this.resources
      .all()
      .some(({ path }) => Object.values(scopesOf(path)).some((scope) => principal.scopes.has(scope)));
  }

  private forget({ subject, userId }: Caller): void {
    // Another request of theirs may have found them anew.
    if (this.saved.get(subject)?.id === userId) this.saved.delete(subject);
    // Each token of theirs has a caller.
    this.callers = new WeakMap();
  }

  private forgetAll(): void {
    this.saved.clear();
    this.callers = new WeakMap();
  }
}
