import type { Cursor } from '../query/cursor.js';
import type { ResourceRow } from '../resource.js';

/** A page of a collection. */
export interface PageOfRows<Row extends ResourceRow = ResourceRow> {
  rows: Row[];
  /** Where the neighbouring pages are: a cursor, or a number of rows to pass over; `null` where there is none. */
  previous: Cursor | number | null;
  next: Cursor | number | null;
  /** The last page that an offset can reach; only with offset paging. */
  last?: number;
  count?: { total: number; truncated: boolean };
}
