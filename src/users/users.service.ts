import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { existing } from '../json-api/changes.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import type { PageOfRows } from '../json-api/sql/select.js';
import { type UserRow, userResource } from './user.resource.js';
import { type UserClaims, UsersRepository } from './users.repository.js';

const REMEMBERED_USERS = 10_000;

@Injectable()
export class UsersService {
  /** What is saved of users, by subject. */
  private readonly saved = new LRUCache<string, UserClaims & { id: string }>({ max: REMEMBERED_USERS });

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
}
