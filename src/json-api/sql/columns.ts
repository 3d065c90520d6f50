import { type Resource, type ResourceRow, columnNameOf, toOne } from '../resource.js';
import { type Sql, identifier, join, literal, sql } from './statement.js';

/** What the resource's own table is called in every statement. */
const SELF = 'self';

/** The column that a filter, a sort or a document means by an attribute's or to-one relationship's name, or by `id`. */
export const column = (resource: Resource, name: string): Sql => identifier(`${SELF}.${columnNameOf(resource, name)}`);

interface Clauses {
  columns: Sql;
  names: Sql;
  bytes: Sql | null;
  from: Sql;
  isPresent: Sql;
  /** The select of what was just written. */
  ofWritten: string;
}

const clausesOf = new WeakMap<Resource, Clauses>();

/** What depends on the declaration alone: worked out once per resource. */
function clauses(resource: Resource): Clauses {
  const known = clausesOf.get(resource);
  if (known) return known;
  const relationships = Object.keys(resource.relationships).filter((name) => toOne(resource, name));
  const version = resource.versioned ? ['version'] : [];
  const names = ['id', ...Object.keys(resource.attributes), ...relationships, ...version];
  const selected = join(names.map((name) => sql`${column(resource, name)} as ${identifier(name)}`));
  const made = {
    columns: selected,
    names: join(names.map(identifier)),
    bytes: sqlBytes(resource),
    from: sql`${identifier(resource.table)} as ${literal(SELF)}`,
    ofWritten: sql`select ${selected} from written as ${literal(SELF)}`.text,
    isPresent: resource.softDelete ? sql`${identifier(`${SELF}.${resource.softDelete.column}`)} is null` : sql`true`,
  };
  clausesOf.set(resource, made);
  return made;
}

/** Of a row without its long values: what surrounds it in a document, too. */
const OTHER_BYTES = 1_000;

const longAttributes = ({ attributes }: Resource) => Object.entries(attributes).filter(([, { long }]) => long);

function sqlBytes(resource: Resource): Sql | null {
  const long = longAttributes(resource);
  const bytes = long.map(([name, { type }]) => {
    const text = type === 'string-array' ? sql`array_to_string(${identifier(name)}, '')` : identifier(name);
    return sql`coalesce(octet_length(${text}), 0)`;
  });
  return bytes.length > 0 ? join([literal(String(OTHER_BYTES)), ...bytes], ' + ') : null;
}

/** The same of rows that are there, all together. */
export function bytesOf(resource: Resource, rows: ResourceRow[]): number {
  const names = longAttributes(resource).map(([name]) => name);
  const values = (rows as unknown as Record<string, string | string[] | null>[]).flatMap((row) =>
    names.map((name) => row[name]),
  );
  const texts = values.map((value) => (Array.isArray(value) ? value.join('') : (value ?? '')));
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), OTHER_BYTES * rows.length);
}

/** The select list that {@link toRow} reads. */
export const columns = (resource: Resource): Sql => clauses(resource).columns;

/** The names of what {@link columns} select. */
export const columnNames = (resource: Resource): Sql => clauses(resource).names;

/** Roughly how many bytes a row of {@link columns} has, by the names of these; `null` where none can have many. */
export const bytesOfRow = (resource: Resource): Sql | null => clauses(resource).bytes;

/** The same, with the time of its deletion. */
export const referredColumns = (resource: Resource): Sql =>
  resource.softDelete
    ? sql`${columns(resource)}, ${identifier(`${SELF}.${resource.softDelete.column}`)} as "deletedAt"`
    : columns(resource);

/** The from clause behind {@link columns}. */
export const from = (resource: Resource): Sql => clauses(resource).from;

/** The condition that a row is not deleted. */
export const isPresent = (resource: Resource): Sql => clauses(resource).isPresent;

/**
 * A statement that gives the rows that a write touched as a select of the resource would.
 * @param write the text of an insert or update of the resource's table with `returning *`
 */
export const returning = (resource: Resource, write: string): string =>
  `with written as (${write}) ${clauses(resource).ofWritten}`;

/** Makes the row of a document out of a row of {@link columns}: timestamps become ISO 8601 in UTC with milliseconds. */
export function toRow<Row extends ResourceRow>(resource: Resource, record: Record<string, unknown>): Row {
  for (const name in resource.attributes) {
    const value = record[name];
    if (typeof value === 'string' && resource.attributes[name]?.type === 'date-time')
      record[name] = isoTimestamp(value);
  }
  if (typeof record.deletedAt === 'string') record.deletedAt = isoTimestamp(record.deletedAt);
  return record as unknown as Row;
}

/** What PostgreSQL leaves out of the milliseconds, by the length of the text that it printed. */
const MISSING_DIGITS: Record<number, string> = { 22: '.000', 24: '00', 25: '0', 26: '' };

/**
 * From PostgreSQL's text, such as `2026-11-24 08:05:15.1+00`: every session has the time zone UTC and the date style ISO, so
 * that no date has to be computed, which a page of calls would do hundreds of times. Triggers keep out what is not in the
 * years 1 to 9999; in a row that is older than they are, it is shown as the end of them, so that it hides no other row.
 */
function isoTimestamp(text: string): string {
  const missing = MISSING_DIGITS[text.length];
  if (missing !== undefined && text[10] === ' ' && text.endsWith('+00'))
    return `${text.slice(0, 10)}T${text.slice(11, -3)}${missing}Z`;
  if (text === '-infinity' || text.endsWith(' BC')) return '0001-01-01T00:00:00.000Z';
  if (text === 'infinity' || /^\d{5,}-/.test(text)) return '9999-12-31T23:59:59.999Z';
  throw new Error(`The session has not the time zone and date style that it was given: ${text}`);
}
