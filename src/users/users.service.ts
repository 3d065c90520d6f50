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
  /** Ids by everything that a token says of its user, so that a changed claim is not found and gets saved. */
  private readonly ids = new LRUCache<string, string>({ max: REMEMBERED_USERS });

  constructor(private readonly users: UsersRepository) {}

  list(query: CollectionQuery): Promise<PageOfRows<UserRow>> {
    return this.users.page(query);
  }

  get(id: string): Promise<UserRow> {
    return existing(userResource, id, (known) => this.users.find(known));
  }

  /** The id of the user with those claims, who is made or brought up to date when the claims are new. */
  async identify({ subject, name, email }: UserClaims): Promise<string> {
    const key = JSON.stringify([subject, name, email]);
    const known = this.ids.get(key);
    if (known) return known;
    const id = await this.users.save({ subject, name, email });
    this.ids.set(key, id);
    return id;
  }
}
