import type { PageOfRows } from '../documents/page-of-rows.js';
import type { Cursor } from '../query/cursor.js';
import type { CollectionQuery } from '../query/query.js';
import { MAX_OFFSET } from '../query/page.js';
import type { SortKey } from '../query/sort.js';
import type { Resource, ResourceRow } from '../resource.js';
import {
  bytesOf,
  bytesOfRow,
  column,
  columnNames,
  columns,
  from,
  isPresent,
  referredColumns,
  toRow,
} from './columns.js';
import { allOf, beyond, filterCondition, orderBy } from './conditions.js';
import { type Database, type Sql, execute, identifier, join, literal, sql } from './statement.js';

/** `meta.count` counts no further. */
const MAX_COUNT = 2_000_000;

/** A page ends behind the row with which it gets to so many bytes; one with a single row is as long as that. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const CLOSE_TO_MAX_BYTES = 0.9 * MAX_PAGE_BYTES;

/** The column that tells of each row of a page whether there are rows on the side that the cursor came from. */
const BEHIND = '_behind';

type Place = { [BEHIND]?: boolean };

/** The row with that id, if it exists and is not deleted. */
export async function selectOne<Row extends ResourceRow>(
  db: Database,
  resource: Resource,
  id: string,
): Promise<Row | null> {
  const [record] = await execute(
    db,
    sql`select ${columns(resource)} from ${from(resource)} where ${column(resource, 'id')} = ${id}::bigint and ${isPresent(resource)}`,
  );
  return record ? toRow<Row>(resource, record) : null;
}

/** The rows with those ids that others refer to, in no order: a deleted one too, with `deletedAt`. */
export async function selectReferred(db: Database, resource: Resource, ids: Iterable<string>): Promise<ResourceRow[]> {
  const list = `{${[...ids].join(',')}}`;
  const records = await execute(
    db,
    sql`select ${referredColumns(resource)} from ${from(resource)} where ${column(resource, 'id')} = any(${list}::bigint[])`,
  );
  return records.map((record) => toRow(resource, record));
}

/** The page of the collection that the query asks for. A page costs the same however deep a cursor leads. */
export async function selectPage<Row extends ResourceRow>(
  db: Database,
  resource: Resource,
  query: CollectionQuery,
): Promise<PageOfRows<Row>> {
  const { page, order } = query;
  const select = new Select<Row>(db, resource, query);
  const count = query.count ? await select.count(MAX_COUNT) : undefined;
  if (page.style === 'offset') return { ...(await offsetPage(select, page)), count };

  const backwards = page.before !== null;
  const origin = page.before ?? page.after;
  const rows = await select.rows(backwards, origin, page.size + 1);
  const isWhole = rows.length > page.size;
  if (isWhole) rows.pop();
  const more = isWhole || (await select.goesOn(backwards, rows));
  if (backwards) rows.reverse();

  const [first, last] = [rows.at(0), rows.at(-1)];
  const [nearest, furthest] = backwards ? [last, first] : [first, last];
  const ahead = more && furthest ? cursorOf(furthest, order.keys) : null;
  // The way back is asked for, not taken for granted: what the request came from may be deleted meanwhile.
  const back = origin && { ...origin, inclusive: !origin.inclusive };
  const isBehind = back && (nearest ? nearest[BEHIND] : (await select.rows(!backwards, back, 1)).length > 0);
  const behind = isBehind ? (nearest ? cursorOf(nearest, order.keys) : back) : null;
  return { rows, count, previous: backwards ? ahead : behind, next: backwards ? behind : ahead };
}

async function offsetPage<Row extends ResourceRow>(
  select: Select<Row>,
  { size, offset }: { size: number; offset: number },
): Promise<PageOfRows<Row>> {
  const rows = await select.rows(false, null, size, offset);
  const { total } = await select.count(MAX_OFFSET + size);
  const last = Math.max(0, Math.min(Math.ceil(total / size) - 1, Math.floor(MAX_OFFSET / size))) * size;
  const next = offset + (select.mayBeCut(rows) ? rows.length : size);
  return {
    rows,
    previous: offset > 0 ? Math.max(0, offset - size) : null,
    next: next < total && next <= MAX_OFFSET ? next : null,
    last,
  };
}

class Select<Row extends ResourceRow> {
  private readonly condition: Sql;

  constructor(
    private readonly db: Database,
    private readonly resource: Resource,
    private readonly query: CollectionQuery,
  ) {
    this.condition = allOf([isPresent(resource), ...query.filters.map((filter) => filterCondition(resource, filter))]);
  }

  /** Rows in the query's order or its reverse, from the cursor on, as far as a page has room for them. */
  async rows(backwards: boolean, cursor: Cursor | null, limit: number, offset = 0): Promise<(Row & Place)[]> {
    const { db, resource, query, condition } = this;
    const { keys } = query.order;
    const ranges = cursor ? beyond(resource, keys, backwards, cursor) : [sql`true`];
    if (ranges.length === 0) return [];

    const ordered = orderBy(keys, backwards, (name) => column(resource, name));
    const selected = cursor
      ? sql`${columns(resource)}, (select found from behind) as ${identifier(BEHIND)}`
      : columns(resource);
    const parts = ranges.map(
      (range) =>
        sql`(select ${selected} from ${from(resource)} where ${condition} and ${range} order by ${ordered} limit ${limit} offset ${offset})`,
    );
    const [first] = parts;
    const page =
      parts.length === 1 && first
        ? first
        : sql`select * from (${join(parts, ' union all ')}) as page order by ${orderBy(keys, backwards, (name) => identifier(name))} limit ${limit}`;
    const cut = this.cutToSize(page, backwards, cursor !== null);
    const statement = cursor ? sql`with behind as (${this.behind(backwards, cursor)}) ${cut}` : cut;
    return (await execute(db, statement)).map((record) => toRow<Row & Place>(resource, record));
  }

  /** Whether the page has ended early, by as much as can be seen of its rows. */
  mayBeCut(rows: Row[]): boolean {
    // Counted once more, since a column that tells would make every page dearer.
    return bytesOf(this.resource, rows) > CLOSE_TO_MAX_BYTES;
  }

  /** Whether there are more rows behind a page that has room for more. */
  async goesOn(backwards: boolean, rows: Row[]): Promise<boolean> {
    const last = rows.at(-1);
    if (!last || !this.mayBeCut(rows)) return false;
    return (await this.rows(backwards, cursorOf(last, this.query.order.keys), 1)).length > 0;
  }

  /** The rows of the page that begin before it is full. */
  private cutToSize(page: Sql, backwards: boolean, hasCursor: boolean): Sql {
    const { resource, query } = this;
    const bytes = bytesOfRow(resource);
    if (!bytes) return page;
    const ordered = orderBy(query.order.keys, backwards, identifier);
    const names = hasCursor ? sql`${columnNames(resource)}, ${identifier(BEHIND)}` : columnNames(resource);
    return sql`
      select ${names} from (
        select *, sum(${bytes}) over (order by ${ordered} rows between unbounded preceding and 1 preceding) as _before
        from (${page}) as page) as page
      where _before is null or _before < ${literal(String(MAX_PAGE_BYTES))} order by ${ordered}`;
  }

  /** Whether there are rows on the other side of the cursor: within the statement, as one of its own would cost as much again. */
  private behind(backwards: boolean, cursor: Cursor): Sql {
    const { resource, query, condition } = this;
    const ranges = beyond(resource, query.order.keys, !backwards, { ...cursor, inclusive: !cursor.inclusive });
    const exists = ranges.map((range) => sql`exists (select 1 from ${from(resource)} where ${condition} and ${range})`);
    return sql`select ${exists.length > 0 ? join(exists, ' or ') : sql`false`} as found`;
  }

  /** How many rows there are, counted up to `most`. */
  async count(most: number): Promise<{ total: number; truncated: boolean }> {
    const [counted] = await execute<{ total: string }>(
      this.db,
      sql`select count(*) as total from (select 1 from ${from(this.resource)} where ${this.condition} limit ${most + 1}) as counted`,
    );
    const total = Number(counted?.total ?? 0);
    return { total: Math.min(total, most), truncated: total > most };
  }
}

function cursorOf(row: ResourceRow, keys: SortKey[]): Cursor {
  const values = row as unknown as Record<string, string | number | null>;
  return { values: keys.map(({ name }) => values[name]?.toString() ?? null), inclusive: false };
}
