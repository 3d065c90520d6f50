import { type RawBuilder, sql } from 'kysely';
import { type Resource, type ResourceRow, attributeOf, toOne } from '../resource.js';

/** What the resource's own table is called in every statement. */
const SELF = 'self';

/**
 * The column that a filter, a sort or a document means by an attribute's or to-one relationship's name, or by `id`. A
 * relationship to a resource that counts as deleted is null, so its id is taken from the joined row.
 */
export function column(resource: Resource, name: string): RawBuilder<unknown> {
  const relationship = toOne(resource, name);
  if (relationship?.resource.tombstone) return sql.ref(`${name}.id`);
  return sql.ref(`${SELF}.${relationship?.column ?? attributeOf(resource, name)?.column ?? name}`);
}

/** The select list that {@link toRow} reads. */
export function columns(resource: Resource): RawBuilder<unknown> {
  const names = [
    'id',
    ...Object.keys(resource.attributes),
    ...toOneNames(resource),
    ...(resource.versioned ? ['version'] : []),
  ];
  return sql.join(names.map((name) => sql`${column(resource, name)} as ${sql.ref(name)}`));
}

/**
 * The from clause behind {@link columns}.
 * @param source in place of the resource's table: something with the same columns
 */
export function from(resource: Resource, source: RawBuilder<unknown> = sql.table(resource.table)): RawBuilder<unknown> {
  const joins = toOneNames(resource).map((name) => {
    const { resource: target, column: key } = toOne(resource, name) ?? neverMissing(name);
    if (!target.tombstone) return sql``;
    return sql` left join ${sql.table(target.table)} as ${sql.ref(name)} on ${sql.ref(`${name}.id`)} = ${sql.ref(`${SELF}.${key}`)} and ${sql.ref(`${name}.${target.tombstone}`)} is null`;
  });
  return sql`${source} as ${sql.ref(SELF)}${sql.join(joins, sql``)}`;
}

/** The condition that a row is not deleted. */
export function isPresent(resource: Resource): RawBuilder<boolean> {
  return resource.tombstone ? sql<boolean>`${sql.ref(`${SELF}.${resource.tombstone}`)} is null` : sql<boolean>`true`;
}

/**
 * A statement that gives the rows that `write` (an insert or update of the resource's table with `returning *`) touched, as
 * a select of the resource would.
 */
export function returning(resource: Resource, write: RawBuilder<unknown>): RawBuilder<Record<string, unknown>> {
  return sql`with written as (${write}) select ${columns(resource)} from ${from(resource, sql.ref('written'))}`;
}

/** Makes the row of a document out of a row of {@link columns}: timestamps become ISO 8601 in UTC with milliseconds. */
export function toRow<Row extends ResourceRow>(resource: Resource, record: Record<string, unknown>): Row {
  for (const [name, { type }] of Object.entries(resource.attributes)) {
    if (type === 'date-time') record[name] = isoTimestamp(record[name]);
  }
  return record as unknown as Row;
}

const POSTGRES_UTC = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?\+00$/;

/** From PostgreSQL's text; the session's time zone is UTC almost everywhere, and then no date has to be computed. */
function isoTimestamp(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  const [, date, time, fraction = ''] = POSTGRES_UTC.exec(text) ?? [];
  if (date) return `${date}T${time}.${fraction.padEnd(3, '0')}Z`;
  return new Date(text.replace(/([+-]\d{2})$/, '$1:00')).toISOString();
}

function toOneNames(resource: Resource): string[] {
  return Object.keys(resource.relationships).filter((name) => toOne(resource, name));
}

function neverMissing(name: string): never {
  throw new Error(`No to-one relationship '${name}'.`);
}
