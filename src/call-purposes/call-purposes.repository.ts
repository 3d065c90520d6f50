import { Injectable } from '@nestjs/common';
import { TableAccess } from '../database/table-access.js';
import { ResourceRepository } from '../json-api/sql/resource-repository.js';
import { execute, sql } from '../json-api/sql/statement.js';
import { type CallPurposeRow, type CallPurposeValues, callPurposeResource } from './call-purpose.resource.js';

/** A purpose as operators see it. */
export interface ListedCallPurpose {
  id: string;
  order: number;
  name: string;
  deletedAt: string | null;
}

@Injectable()
export class CallPurposesRepository extends ResourceRepository<CallPurposeRow, CallPurposeValues> {
  constructor(tables: TableAccess) {
    super(callPurposeResource, tables);
  }

  /** Those that are there, or those that are deleted, in display order. */
  listAll(deleted: boolean): Promise<ListedCallPurpose[]> {
    return execute<ListedCallPurpose>(
      this.tables.primary,
      sql`
        select id, "order", name, deleted_at as "deletedAt" from call_purpose
        where (deleted_at is not null) = ${deleted} order by "order", id`,
    );
  }

  /** Brings a deleted purpose back. @returns null when there is no deleted purpose with that id */
  restore(id: string, values: CallPurposeValues): Promise<CallPurposeRow | null> {
    const deleted = this.tables.kysely
      .updateTable('CallPurpose')
      .where('id', '=', 'id')
      .where('deletedAt', 'is not', null);
    return this.write('restore', { ...values, deletedAt: null }, { id }, (names) => deleted.set(names));
  }
}
