import { type CompiledQuery, sql as expression } from 'kysely';
import { isUniqueViolation } from '../../database/database-errors.js';
import { TableAccess } from '../../database/table-access.js';
import type { PageOfRows } from '../documents/page-of-rows.js';
import type { CollectionQuery } from '../query/query.js';
import type { Resource, ResourceRow } from '../resource.js';
import { returning, toRow } from './columns.js';
import type { EntityResource } from './define-resource.js';
import { selectOne, selectPage } from './select.js';
import { execute } from './statement.js';

/** A row as the repository updates and deletes it: only while its version is the one that was read. */
type VersionedRow = ResourceRow & { version: number };

/** An insert or update that Kysely has been told of. */
interface Write {
  returningAll(): { compile(): CompiledQuery };
}

/** Reads and writes the rows of a resource. `Values` are what a write may set, by property of the entity. */
export abstract class ResourceRepository<Row extends VersionedRow, Values extends object> {
  constructor(
    protected readonly resource: EntityResource<Row, Values>,
    protected readonly tables: TableAccess,
  ) {}

  /** What changes rarely comes from the primary: those responses are remembered until the next change. */
  page(query: CollectionQuery): Promise<PageOfRows<Row>> {
    const { resource, tables } = this;
    return selectPage(resource.changesRarely ? tables.primary : tables.replicas, resource, query);
  }

  find(id: string): Promise<Row | null> {
    return selectOne(this.tables.primary, this.resource, id);
  }

  /** The id of the row that has that unique attribute now. @param values of a write that it stood in the way of */
  async idOfHolder(attribute: string, values: Values): Promise<string | null> {
    const { entity, attributes, softDelete } = this.resource;
    const property = attributes[attribute]?.unique?.property ?? attribute;
    const held = this.tables.kysely
      .selectFrom(entity)
      .select('id')
      .where(property, '=', (values as Record<string, unknown>)[property]);
    const { sql: text, parameters } = (softDelete ? held.where(softDelete.property, 'is', null) : held).compile();
    const [holder] = await execute<{ id: string }>(this.tables.primary, { text, values: [...parameters] });
    return holder?.id ?? null;
  }

  async insert(values: Values): Promise<Row> {
    const row = await this.write(this.tables.kysely.insertInto(this.resource.entity).values({ ...values }));
    if (!row) throw new Error('An insert returned no row.');
    return row;
  }

  /** @returns null when the row is no longer as it was read */
  update(row: Row, values: Values): Promise<Row | null> {
    // An update has to set something.
    return this.write(this.asRead(row).set({ version: row.version, ...values }));
  }

  /** @returns whether the row was still as it was read */
  async delete(row: Row): Promise<boolean> {
    const { softDelete, entity } = this.resource;
    if (softDelete) return (await this.write(this.asRead(row).set({ [softDelete.property]: NOW }))) !== null;
    const statement = this.tables.kysely.deleteFrom(entity).where('id', '=', row.id).where('version', '=', row.version);
    const { sql: text, parameters } = statement.returning('id').compile();
    const deleted = await execute(this.tables.primary, { text, values: [...parameters] });
    return deleted.length > 0;
  }

  protected async write(write: Write): Promise<Row | null> {
    const { resource, tables } = this;
    try {
      const { sql: text, parameters } = write.returningAll().compile();
      const [record] = await execute(tables.primary, { text: returning(resource, text), values: [...parameters] });
      return record ? toRow(resource, record) : null;
    } finally {
      // Also after an error: a connection can break after the commit.
      if (resource.changesRarely) tables.changes.changed();
    }
  }

  private asRead({ id, version }: Row) {
    const { softDelete, entity } = this.resource;
    const update = this.tables.kysely.updateTable(entity).where('id', '=', id).where('version', '=', version);
    return softDelete ? update.where(softDelete.property, 'is', null) : update;
  }
}

/** The attribute whose unique index the error tells of, if it is that. */
export const violatedUnique = ({ attributes }: Resource, error: unknown): string | undefined =>
  Object.entries(attributes).find(([, { unique }]) => unique && isUniqueViolation(error, unique.index))?.[0];

const NOW = expression<Date>`now()`;
