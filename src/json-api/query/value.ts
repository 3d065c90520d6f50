import type { Attribute } from '../resource.js';

/** The text of a filter value as PostgreSQL takes it for that type, or what is wrong with it. */
export type ParsedValue = { value: string } | { fault: string };

const INTEGER = /^[+-]?\d{1,18}$/;

// https://www.rfc-editor.org/rfc/rfc3339, also with the date alone; a blank before an offset was a + in the URL.
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2})(\.\d{1,6})?([Zz]|[+\- ]\d{2}:?\d{2}))?$/;

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const END_OF_TIME = Date.parse('+010000-01-01T00:00:00Z');

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

/**
 * A date (midnight UTC) or a date with time and zone, in years 1 to 9999.
 * @returns the instant in UTC: PostgreSQL knows fewer offsets than RFC 3339
 */
export function parseDateTime(text: string): ParsedValue {
  const [, date, time = '00:00:00', fraction = '', zone = 'Z'] = DATE_TIME.exec(text) ?? [];
  const offset = zone
    .toUpperCase()
    .replace(' ', '+')
    .replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const instant = Date.parse(`${date}T${time}${offset}`);
  if (!date || !isCalendarDate(date) || !(instant >= FIRST_INSTANT && instant < END_OF_TIME)) {
    return { fault: `'${text}' is not an ISO 8601 date, or date and time with a zone, in years 1 to 9999.` };
  }
  return { value: `${new Date(instant).toISOString().slice(0, 19)}${fraction}Z` };
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant of an RFC 3339 date and time as documents show it, in UTC with milliseconds; what is finer is dropped.
 * @returns undefined for another text
 */
export function timestampOf(text: string): string | undefined {
  const parsed = RFC_3339.test(text) ? parseDateTime(text) : undefined;
  if (!parsed || 'fault' in parsed) return undefined;
  const [seconds, fraction = ''] = parsed.value.slice(0, -1).split('.');
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** JavaScript takes 2023-02-30 for 2 March; nobody who filters means that. */
function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
