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
  const [inclusive, values] = parseJson(body);
  return Array.isArray(values) && isPlaceIn(order, values) ? { values, inclusive: inclusive === true } : undefined;
}

/** Anyone can compute the checksum, so that the values still may be anything. */
function isPlaceIn({ keys }: Order, values: unknown[]): values is (string | null)[] {
  if (keys.length !== values.length) return false;
  return keys.every(({ type, nullable }, index) => {
    const value = values[index];
    return value === null ? nullable : typeof value === 'string' && 'value' in parseValue(type, value);
  });
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
