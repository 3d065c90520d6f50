import { type Resource, type ResourceRow, attributeOf, toOne } from '../resource.js';
import { type Sql, identifier, join, literal, sql } from './statement.js';

/** What the resource's own table is called in every statement. */
const SELF = 'self';

/**
 * The column that a filter, a sort or a document means by an attribute's or to-one relationship's name, or by `id`. A
 * relationship to a resource that counts as deleted is null, so its id is taken from the joined row.
 */
export function column(resource: Resource, name: string): Sql {
  const relationship = toOne(resource, name);
  if (relationship?.resource.softDeleteColumn) return identifier(`${name}.id`);
  return identifier(`${SELF}.${relationship?.column ?? attributeOf(resource, name)?.column ?? name}`);
}

interface Clauses {
  columns: Sql;
  joins: Sql;
  table: Sql;
  isPresent: Sql;
}

const clausesOf = new WeakMap<Resource, Clauses>();

/** What depends on the declaration alone: worked out once per resource. */
function clauses(resource: Resource): Clauses {
  const known = clausesOf.get(resource);
  if (known) return known;
  const relationships = Object.keys(resource.relationships).filter((name) => toOne(resource, name));
  const version = resource.versioned ? ['version'] : [];
  const names = ['id', ...Object.keys(resource.attributes), ...relationships, ...version];
  const made = {
    columns: join(names.map((name) => sql`${column(resource, name)} as ${identifier(name)}`)),
    joins: join([sql``, ...relationships.map((name) => joinOf(resource, name))], ' '),
    table: identifier(resource.table),
    isPresent: resource.softDeleteColumn
      ? sql`${identifier(`${SELF}.${resource.softDeleteColumn}`)} is null`
      : sql`true`,
  };
  clausesOf.set(resource, made);
  return made;
}

function joinOf(resource: Resource, name: string): Sql {
  const relationship = toOne(resource, name);
  if (!relationship?.resource.softDeleteColumn) return sql``;
  const { column: key, resource: target } = relationship;
  const [id, foreignKey, softDeleteColumn] = [`${name}.id`, `${SELF}.${key}`, `${name}.${target.softDeleteColumn}`].map(
    identifier,
  );
  return sql`left join ${identifier(target.table)} as ${identifier(name)} on ${id} = ${foreignKey} and ${softDeleteColumn} is null`;
}

/** The select list that {@link toRow} reads. */
export const columns = (resource: Resource): Sql => clauses(resource).columns;

/**
 * The from clause behind {@link columns}.
 * @param source in place of the resource's table: something with the same columns
 */
export const from = (resource: Resource, source = clauses(resource).table): Sql =>
  sql`${source} as ${literal(SELF)}${clauses(resource).joins}`;

/** The condition that a row is not deleted. */
export const isPresent = (resource: Resource): Sql => clauses(resource).isPresent;

/**
 * A statement that gives the rows that `write` (an insert or update of the resource's table with `returning *`) touched, as
 * a select of the resource would.
 */
export const returning = (resource: Resource, write: Sql): Sql =>
  sql`with written as (${write}) select ${columns(resource)} from ${from(resource, literal('written'))}`;

/** Makes the row of a document out of a row of {@link columns}: timestamps become ISO 8601 in UTC with milliseconds. */
export function toRow<Row extends ResourceRow>(resource: Resource, record: Record<string, unknown>): Row {
  for (const name in resource.attributes) {
    const value = record[name];
    if (typeof value === 'string' && resource.attributes[name]?.type === 'date-time')
      record[name] = isoTimestamp(value);
  }
  return record as unknown as Row;
}

/** What PostgreSQL leaves out of the milliseconds, by the length of the time that it printed. */
const MISSING_DIGITS: Record<number, string> = { 8: '.000', 10: '00', 11: '0', 12: '' };

/**
 * From PostgreSQL's text, such as `2026-11-24 08:05:15.1+00`: the session's time zone is UTC almost everywhere, and then no
 * date has to be computed, which a page of calls would do hundreds of times.
 */
function isoTimestamp(text: string): string {
  const time = text.slice(11, -3);
  const missing = MISSING_DIGITS[time.length];
  if (text.endsWith('+00') && missing !== undefined) return `${text.slice(0, 10)}T${time}${missing}Z`;
  return new Date(text.replace(/([+-]\d{2})$/, '$1:00')).toISOString();
}
