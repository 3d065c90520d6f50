import { type CompiledQuery, sql as expression } from 'kysely';
import { LRUCache } from 'lru-cache';
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

/** An insert, update or delete that Kysely has been told of. */
interface Write {
  returningAll(): { compile(): CompiledQuery };
}

/** The text of a write, and which of the given values stands at `$1` and so on. */
interface CompiledWrite {
  text: string;
  placeholders: string[];
}

/** What stands for the values of a write while it is compiled: each property its own name. */
type Names = Record<string, string>;

/** Writes of different columns whose texts are kept. */
const KEPT_WRITES = 200;

/** Reads and writes the rows of a resource. `Values` are what a write may set, by property of the entity. */
export abstract class ResourceRepository<Row extends VersionedRow, Values extends object> {
  /** By what they do and the columns that they set: to compile one takes as long as its whole way through the driver. */
  private readonly writes = new LRUCache<string, CompiledWrite>({ max: KEPT_WRITES });

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
    const { resource, tables } = this;
    const build = (names: Names) => tables.kysely.insertInto(resource.entity).values(names);
    const row = await this.write('insert', values, {}, build);
    if (!row) throw new Error('An insert returned no row.');
    return row;
  }

  /** @returns null when the row is no longer as it was read */
  update({ id, version }: Row, values: Values): Promise<Row | null> {
    // An update has to set something.
    return this.write('update', { version, ...values }, { id, version }, (names) => this.asRead().set(names));
  }

  /** @returns whether the row was still as it was read */
  async delete({ id, version }: Row): Promise<boolean> {
    const { softDelete, entity } = this.resource;
    const build = () =>
      softDelete
        ? this.asRead().set({ [softDelete.property]: NOW })
        : this.tables.kysely.deleteFrom(entity).where('id', '=', 'id').where('version', '=', 'version');
    return (await this.write('delete', {}, { id, version }, build)) !== null;
  }

  /**
   * @param kind tells apart writes of the same columns
   * @param values that are set, by property; `undefined` ones are left out
   * @param found values that the row is found by
   * @param build makes the statement, with names in the place of values
   * @returns the row as it is then, or null if there is none to write
   */
  protected async write(
    kind: string,
    values: object,
    found: object,
    build: (names: Names) => Write,
  ): Promise<Row | null> {
    const { resource, tables } = this;
    try {
      const { text, placeholders } = this.compiled(kind, values, build);
      const given: Record<string, unknown> = { ...values, ...found };
      const [record] = await execute(tables.primary, { text, values: placeholders.map((name) => given[name]) });
      return record ? toRow(resource, record) : null;
    } finally {
      // Also after an error: a connection can break after the commit.
      if (resource.changesRarely) tables.changes.changed();
    }
  }

  private compiled(kind: string, values: object, build: (names: Names) => Write): CompiledWrite {
    const set = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const key = `${kind} ${set.join(' ')}`;
    const known = this.writes.get(key);
    if (known) return known;
    const statement = build(Object.fromEntries(set.map((name) => [name, name])))
      .returningAll()
      .compile();
    const compiled = {
      text: returning(this.resource, statement.sql),
      placeholders: statement.parameters as string[],
    };
    this.writes.set(key, compiled);
    return compiled;
  }

  /** An update, built for {@link write}, of the row with that id and version. */
  private asRead() {
    const { softDelete, entity } = this.resource;
    const update = this.tables.kysely.updateTable(entity).where('id', '=', 'id').where('version', '=', 'version');
    return softDelete ? update.where(softDelete.property, 'is', null) : update;
  }
}

/** The attribute whose unique index the error tells of, if it is that. */
export const violatedUnique = ({ attributes }: Resource, error: unknown): string | undefined =>
  Object.entries(attributes).find(([, { unique }]) => unique && isUniqueViolation(error, unique.index))?.[0];

const NOW = expression<Date>`now()`;
