import type { Cursor } from '../query/cursor.js';
import type { Alternative, Filter } from '../query/filter.js';
import type { SortKey } from '../query/sort.js';
import type { Attribute, Resource } from '../resource.js';
import { column } from './columns.js';
import { type Sql, join, literal, sql } from './statement.js';

const TYPES: Record<Attribute['type'], Sql> = {
  string: sql`text`,
  integer: sql`bigint`,
  'date-time': sql`timestamptz`,
  'string-array': sql`text[]`,
};

/** The condition of a filter. Plain values are one parameter together, as there may be thousands. */
export function filterCondition(resource: Resource, { on, type, anyOf }: Filter): Sql {
  const subject = column(resource, on);
  const values: string[] = [];
  const others: Sql[] = [];
  for (const alternative of anyOf) {
    if ('equals' in alternative) values.push(alternative.equals);
    else others.push(alternativeCondition(subject, type, alternative));
  }
  const [value] = values;
  if (values.length === 1) others.push(sql`${subject} = ${value}::${TYPES[type]}`);
  if (values.length > 1) others.push(sql`${subject} = any(${arrayLiteral(values)}::${TYPES[type]}[])`);
  return sql`(${join(others, ' or ')})`;
}

/** PostgreSQL's text of an array: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT. */
const arrayLiteral = (values: string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

function alternativeCondition(
  subject: Sql,
  type: Attribute['type'],
  alternative: Exclude<Alternative, { equals: string }>,
): Sql {
  if ('isNull' in alternative) return alternative.isNull ? sql`${subject} is null` : sql`${subject} is not null`;
  return allOf(
    alternative.comparisons.map(({ operator, value }) => sql`${subject} ${literal(operator)} ${value}::${TYPES[type]}`),
  );
}

/** The order by clause; `backwards` is the exact reverse, nulls included. */
export function orderBy(keys: SortKey[], backwards: boolean, of: (name: string) => Sql): Sql {
  return join(
    keys.map(({ name, descending }) => (descending === backwards ? sql`${of(name)} asc` : sql`${of(name)} desc`)),
  );
}

/**
 * Conditions for the rows that come after the place of the cursor. They exclude each other and each is one range of an index
 * on the keys, which one condition with `or` would not be. As PostgreSQL sorts, null is greater than everything.
 */
export function beyond(resource: Resource, keys: SortKey[], backwards: boolean, { values, inclusive }: Cursor): Sql[] {
  const [key, ...minorKeys] = keys;
  if (!key) return inclusive ? [sql`true`] : [];

  const [value = null, ...minorValues] = values;
  const subject = column(resource, key.name);
  const typed = sql`${value}::${TYPES[key.type]}`;
  const same: Sql = value === null ? sql`${subject} is null` : sql`${subject} = ${typed}`;
  const ties = beyond(resource, minorKeys, backwards, { values: minorValues, inclusive }).map((tie) =>
    allOf([same, tie]),
  );

  const ascending = key.descending === backwards;
  if (!ascending) return [...ties, value === null ? sql`${subject} is not null` : sql`${subject} < ${typed}`];
  if (value === null) return ties;
  return [...ties, sql`${subject} > ${typed}`, ...(key.nullable ? [sql`${subject} is null`] : [])];
}

export const allOf = (conditions: Sql[]): Sql => sql`(${join(conditions, ' and ')})`;
