import { createHash } from 'node:crypto';
import type { Order } from './sort.js';
import { parseValue } from './value.js';

/** A place in an order: the sort values of a row, one for each key. */
export interface Cursor {
  values: (string | null)[];
  /** Whether the row at the place belongs to what the cursor leads to. */
  inclusive: boolean;
}

/**
 * A cursor as text: opaque, tied to its order, and with a checksum, so that a mangled one is refused instead of leading
 * somewhere. It holds nothing that its client has not been shown, hence no secret.
 */
export function encodeCursor(cursor: Cursor, order: Order): string {
  const body = Buffer.from(JSON.stringify([cursor.inclusive, cursor.values])).toString('base64url');
  return `${body}.${checksum(body, order)}`;
}

/** @returns undefined for a text that {@link encodeCursor} did not make for that order */
export function decodeCursor(text: string, order: Order): Cursor | undefined {
  const [body = '', sum = ''] = text.split('.', 2);
  if (text !== `${body}.${sum}` || sum !== checksum(body, order)) return undefined;
  const [inclusive, values, ...more] = parseJson(body);
  if (typeof inclusive !== 'boolean' || !Array.isArray(values) || more.length > 0) return undefined;
  const place = placeIn(order, values);
  return place && { values: place, inclusive };
}

/** Anyone can compute the checksum, so that the values still may be anything. */
function placeIn({ keys }: Order, values: unknown[]): Cursor['values'] | undefined {
  if (keys.length !== values.length) return undefined;
  const place: Cursor['values'] = [];
  for (const [index, { type, nullable }] of keys.entries()) {
    const value = values[index];
    const parsed = typeof value === 'string' ? parseValue(type, value) : { value: null };
    if ('fault' in parsed || (value !== null && typeof value !== 'string') || (value === null && !nullable))
      return undefined;
    place.push(parsed.value);
  }
  return place;
}

function parseJson(body: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

const checksum = (body: string, { signature }: Order): string =>
  createHash('sha256').update(`${signature}.${body}`).digest('base64url').slice(0, 12);
