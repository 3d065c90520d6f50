import { isDeepStrictEqual } from 'node:util';
import { conflict, pointerTo } from '../errors/json-api-error.js';
import { timestampOf } from '../query/value.js';
import type { Attribute } from '../resource.js';

/** Clients that have read it before a change save what they have not seen. */
const LAST_CHANGE = 'updatedAt';

/**
 * Whether a read-only attribute of a request document says what is so already, as in documents that are sent back whole.
 * @param current what is so: null of what is not there yet, undefined where it is not known
 * @throws JsonApiError 409 for the time of another change than the last
 */
export function isAttributeSo(name: string, { type }: Attribute, value: unknown, current: unknown): boolean {
  if (type !== 'date-time' || typeof value !== 'string' || typeof current !== 'string') {
    return isDeepStrictEqual(value, current);
  }
  const instant = timestampOf(value);
  if (instant === undefined) return false;
  if (isSameInstant(value, instant, current)) return true;
  if (name !== LAST_CHANGE) return false;
  throw conflict('The resource has changed since it was read.', pointerTo('data', 'attributes', name));
}

/**
 * The same for a read-only relationship; without `data`, as with links alone, it says nothing.
 * @param linked the id that it links to, null for none, undefined where that can't be read
 */
export const isRelationshipSo = (relationship: object, linked: string | null | undefined, current: unknown): boolean =>
  !('data' in relationship) || (linked !== undefined && linked === current);

/** At the precision that was sent: clients may keep seconds only. */
function isSameInstant(sent: string, instant: string, current: string): boolean {
  const digits = Math.min(/\.(\d+)/.exec(sent)?.[1]?.length ?? 0, 3);
  const unit = 10 ** (3 - digits);
  return Math.floor(Date.parse(instant) / unit) === Math.floor(Date.parse(current) / unit);
}
