import { type Cursor, decodeCursor } from './cursor.js';
import { type Parameter, invalidParameter, unusableValue } from './parameters.js';
import type { Order } from './sort.js';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 1000;
export const MAX_OFFSET = 10_000;

/** A page by place in the order (`after` and `before` null: the first one), or by number of rows passed over. */
export type Page =
  | { style: 'cursor'; size: number; after: Cursor | null; before: Cursor | null }
  | { style: 'offset'; size: number; offset: number };

/**
 * Reads the `page[…]` parameters.
 * @param order that cursors must have been made for
 * @throws JsonApiError 400 for an unknown member, 422 for values that can't be used or both styles at once
 */
export function parsePage(parameters: Parameter[], order: Order): Page {
  const given: Record<string, Parameter | undefined> = {};
  for (const parameter of parameters) {
    const [member = '', ...rest] = parameter.members;
    if (rest.length > 0 || !['size', 'after', 'before', 'limit', 'offset'].includes(member)) {
      throw invalidParameter(parameter.name, `There is no query parameter '${parameter.name}'.`);
    }
    // A place that is not said is none.
    const isNone = parameter.value === '' && (member === 'after' || member === 'before');
    if (!isNone) given[member] = parameter;
  }
  const { size, after, before, limit, offset } = given;
  if (limit || offset) {
    const cursorMember = size ?? after ?? before;
    if (cursorMember)
      throw unusableValue(cursorMember.name, `'${cursorMember.name}' can't be used with page[limit] or page[offset].`);
    return {
      style: 'offset',
      size: number(limit, 1, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE),
      offset: number(offset, 0, MAX_OFFSET, 0),
    };
  }
  if (after && before) throw unusableValue(before.name, 'page[before] can not be used with page[after].');
  return {
    style: 'cursor',
    size: number(size, 1, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE),
    after: cursor(after, order),
    before: cursor(before, order),
  };
}

function number(parameter: Parameter | undefined, least: number, most: number, otherwise: number): number {
  if (!parameter) return otherwise;
  const value = /^\d{1,9}$/.test(parameter.value) ? Number(parameter.value) : NaN;
  if (value >= least && value <= most) return value;
  throw unusableValue(parameter.name, `'${parameter.name}' must be an integer from ${least} to ${most}.`);
}

function cursor(parameter: Parameter | undefined, order: Order): Cursor | null {
  if (!parameter) return null;
  const decoded = decodeCursor(parameter.value, order);
  if (!decoded)
    throw unusableValue(parameter.name, `'${parameter.name}' is not a cursor of this collection in this order.`);
  return decoded;
}
