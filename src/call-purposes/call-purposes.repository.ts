import { Injectable } from '@nestjs/common';
import { Connections } from '../database/connections.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isOutOfRange, isUniqueViolation } from '../database/database-errors.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import { returning, toRow } from '../json-api/sql/columns.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { selectOne, selectPage } from '../json-api/sql/select.js';
import { type Sql, execute, sql } from '../json-api/sql/statement.js';
import { callPurposeResource } from './call-purpose.resource.js';
import type { CallPurposeRow } from './call-purpose.row.js';

/** Why a write was refused by the database. */
export type Refusal = 'name taken' | 'no order left';

/** What is written; `undefined` leaves a value as it is, or to its default. */
export interface CallPurposeValues {
  name?: string;
  nameKey?: string;
  order?: number;
}

/** A purpose as operators see it. */
export interface ListedCallPurpose {
  id: string;
  order: number;
  name: string;
  deletedAt: string | null;
}

@Injectable()
export class CallPurposesRepository {
  constructor(
    private readonly db: Connections,
    private readonly changes: ChangeFeed,
  ) {}

  page(query: CollectionQuery): Promise<PageOfRows<CallPurposeRow>> {
    return selectPage(this.db, callPurposeResource, query);
  }

  find(id: string): Promise<CallPurposeRow | null> {
    return selectOne(this.db, callPurposeResource, id);
  }

  /** Without an order, the purpose gets one past the highest, also among inserts at the same time. */
  async insert({ name, nameKey, order }: CallPurposeValues, creator: string): Promise<CallPurposeRow | Refusal> {
    const written = await this.write(sql`
      insert into call_purpose (name, name_key, "order", creator_id)
      values (${name}, ${nameKey}, ${order ?? sql`default`}, ${creator}::bigint) returning *`);
    return written ?? 'no order left';
  }

  /** @returns null when the purpose is no longer as it was read */
  update(
    { id, version }: CallPurposeRow,
    { name, nameKey, order }: CallPurposeValues,
  ): Promise<CallPurposeRow | Refusal | null> {
    return this.write(sql`
      update call_purpose
      set name = coalesce(${name}::text, name), name_key = coalesce(${nameKey}::text, name_key), "order" = coalesce(${order}::integer, "order")
      where id = ${id}::bigint and version = ${version}::integer and deleted_at is null returning *`);
  }

  /** Marks the purpose as deleted. @returns whether it was still as it was read */
  async softDelete({ id, version }: CallPurposeRow): Promise<boolean> {
    const buried = await this.write(sql`
      update call_purpose set deleted_at = now()
      where id = ${id}::bigint and version = ${version}::integer and deleted_at is null returning *`);
    return buried !== null;
  }

  /** Those that are there, or those that are deleted, in display order. */
  listAll(deleted: boolean): Promise<ListedCallPurpose[]> {
    return execute<ListedCallPurpose>(
      this.db,
      sql`
        select id, "order", name, deleted_at as "deletedAt" from call_purpose
        where (deleted_at is not null) = ${deleted} order by "order", id`,
    );
  }

  /** Brings a deleted purpose back. @returns null when there is no deleted purpose with that id */
  restore(id: string, { name, nameKey }: CallPurposeValues): Promise<CallPurposeRow | Refusal | null> {
    return this.write(sql`
      update call_purpose
      set deleted_at = null, name = coalesce(${name}::text, name), name_key = coalesce(${nameKey}::text, name_key)
      where id = ${id}::bigint and deleted_at is not null returning *`);
  }

  private async write(statement: Sql): Promise<CallPurposeRow | Refusal | null> {
    try {
      const [record] = await execute(this.db, returning(callPurposeResource, statement));
      return record ? toRow(callPurposeResource, record) : null;
    } catch (error) {
      if (isUniqueViolation(error, 'call_purpose_name_key')) return 'name taken';
      if (isOutOfRange(error)) return 'no order left';
      throw error;
    } finally {
      // Also after an error: a connection can break after the commit.
      this.changes.changed();
    }
  }
}
