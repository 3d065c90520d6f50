import type { Preconditions } from '../documents/etag.js';
import { resourceNotFound } from '../errors/json-api-error.js';
import { canonicalId } from './request-document.js';
import type { Resource, ResourceRow } from '../resource.js';

/**
 * The row that an id in a URL means.
 * @throws JsonApiError 404
 */
export async function existing<Row>(
  resource: Resource,
  id: string,
  find: (id: string) => Promise<Row | null>,
): Promise<Row> {
  const canonical = canonicalId(id);
  const row = canonical && (await find(canonical));
  if (!row) throw resourceNotFound(resource.type, id);
  return row;
}

/**
 * Changes a row as it was read; when another request was faster, reads it again and starts over, so that no change is lost
 * and the preconditions hold for the very state that is changed.
 * @param change gives null (or false) when the row is no longer as it was read
 * @throws JsonApiError 412, or 404 when the row is gone meanwhile
 */
export async function changeLatest<Row extends ResourceRow, Result>(
  row: Row,
  preconditions: Preconditions,
  reload: (id: string) => Promise<Row>,
  change: (row: Row) => Promise<Result | null | false>,
): Promise<Result> {
  for (let current = row; ; current = await reload(current.id)) {
    preconditions.check(current);
    const result = await change(current);
    if (result) return result;
  }
}
