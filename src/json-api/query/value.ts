import type { Attribute } from '../resource.js';

/** The text of a filter value as PostgreSQL takes it for that type, or what is wrong with it. */
export type ParsedValue = { value: string } | { fault: string };

const INTEGER = /^[+-]?\d{1,18}$/;

/** Reads a filter value; ids are integers. */
export function parseValue(type: Attribute['type'], text: string): ParsedValue {
  switch (type) {
    case 'integer':
      return INTEGER.test(text) ? { value: text } : { fault: `'${text}' is not an integer.` };
    case 'date-time':
      return parseDateTime(text);
    default:
      return text.includes('\0') ? { fault: 'A text has no NUL character.' } : { value: text };
  }
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What is let pass beside RFC 3339: a blank before the time; an offset without colon, or with a blank that was a + in the URL. */
const LOOSE = /^([\d-]{10})[Tt ](.*?)(?:([+\- ])(\d{2}):?(\d{2}))?$/;

/** A date (midnight UTC), or a date and time with a zone. */
function parseDateTime(text: string): ParsedValue {
  const [, date, time, sign, hours, minutes] = LOOSE.exec(text) ?? [];
  const offset = sign ? `${sign.replace(' ', '+')}${hours}:${minutes}` : '';
  const value = timestampOf(DATE.test(text) ? `${text}T00:00:00Z` : `${date}T${time}${offset}`);
  if (value !== undefined) return { value };
  return { fault: `'${text}' is not an ISO 8601 date, or date and time with a zone, in years 1 to 9999.` };
}

// https://www.rfc-editor.org/rfc/rfc3339#section-5.6
const RFC_3339 =
  /^(?<date>\d{4}-\d{2}-\d{2})[Tt](?<minute>(?:[01]\d|2[0-3]):[0-5]\d):(?<second>[0-5]\d|60)(?:\.(?<fraction>\d+))?(?<zone>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const END_OF_TIME = Date.parse('+010000-01-01T00:00:00Z');

/**
 * The instant of an RFC 3339 date and time as documents show it, in UTC with milliseconds; what is finer is dropped.
 * @returns undefined for another text, and outside of the years 1 to 9999 in UTC
 */
export function timestampOf(text: string): string | undefined {
  const { date, minute, second, fraction = '', zone } = RFC_3339.exec(text)?.groups ?? {};
  if (!date || !zone || !isCalendarDate(date)) return undefined;
  const isLeapSecond = second === '60';
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const parsed = Date.parse(`${date}T${minute}:${isLeapSecond ? '59' : second}.${milliseconds}${zone.toUpperCase()}`);
  // There are none but at the end of a day in UTC; other clocks call it the next second.
  if (isLeapSecond && (parsed + 1_000 - Number(milliseconds)) % DAY_MS !== 0) return undefined;
  const instant = isLeapSecond ? parsed + 1_000 : parsed;
  return instant >= FIRST_INSTANT && instant < END_OF_TIME ? new Date(instant).toISOString() : undefined;
}

const DAY_MS = 86_400_000;

/** JavaScript takes 2023-02-30 for 2 March; nobody who filters means that. */
function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
