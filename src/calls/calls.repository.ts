import { Injectable } from '@nestjs/common';
import { Connections } from '../database/connections.js';
import { ReadReplicas } from '../database/read-replicas.js';
import type { CollectionQuery } from '../json-api/query/query.js';
import { returning, toRow } from '../json-api/sql/columns.js';
import type { PageOfRows } from '../json-api/documents/page-of-rows.js';
import { selectOne, selectPage } from '../json-api/sql/select.js';
import { type Sql, execute, identifier, join, sql } from '../json-api/sql/statement.js';
import type { CallDto } from './call.dto.js';
import { callResource } from './call.resource.js';
import type { CallRow } from './call.row.js';

@Injectable()
export class CallsRepository {
  constructor(
    private readonly db: Connections,
    private readonly replicas: ReadReplicas,
  ) {}

  page(query: CollectionQuery): Promise<PageOfRows<CallRow>> {
    return selectPage(this.replicas, callResource, query);
  }

  find(id: string): Promise<CallRow | null> {
    return selectOne(this.db, callResource, id);
  }

  async insert(values: CallDto, userId: string): Promise<CallRow> {
    const given = [...assignments(values), ['user_id', sql`${userId}::bigint`] as const];
    const call = await this.write(sql`
      insert into call (${join(given.map(([column]) => identifier(column)))}) values (${join(given.map(([, value]) => value))})
      returning *`);
    if (!call) throw new Error('An insert returned no row.');
    return call;
  }

  /** @returns null when the call is no longer as it was read */
  async update({ id, version }: CallRow, values: CallDto): Promise<CallRow | null> {
    const given = assignments(values).map(([column, value]) => sql`${identifier(column)} = ${value}`);
    return this.write(sql`
      update call set ${join(given.length > 0 ? given : [sql`version = version`])}
      where id = ${id}::bigint and version = ${version}::integer returning *`);
  }

  /** @returns whether the call was still as it was read */
  async delete({ id, version }: CallRow): Promise<boolean> {
    const deleted = await execute(
      this.db,
      sql`delete from call where id = ${id}::bigint and version = ${version}::integer returning id`,
    );
    return deleted.length > 0;
  }

  private async write(statement: Sql): Promise<CallRow | null> {
    const [record] = await execute(this.db, returning(callResource, statement));
    return record ? toRow(callResource, record) : null;
  }
}

/** The columns of the values that are given, with the values. */
function assignments({ callPurpose, ...attributes }: CallDto): (readonly [column: string, value: Sql])[] {
  const given = Object.entries(callResource.attributes).flatMap(([name, { column }]) => {
    const value = attributes[name as keyof typeof attributes];
    return value === undefined ? [] : [[column, sql`${value}`] as const];
  });
  return callPurpose === undefined ? given : [...given, ['call_purpose_id', sql`${callPurpose}::bigint`]];
}
