import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Instants that are easily lost: the first and the last one, years of fewer digits, local mean time (before 1893 in Berlin,
 * 1883 in New York, 1906 in Kolkata), the days on which clocks are changed. In order.
 */
export const INSTANTS = [
  '0001-01-01T00:00:00.000Z',
  '0050-06-15T12:30:00.000Z',
  '1700-02-28T23:59:59.999Z',
  '1883-11-18T17:00:00.123Z',
  '1920-03-01T00:00:00.100Z',
  '2026-03-29T01:30:00.010Z',
  '2026-11-01T06:30:00.000Z',
  '9999-12-31T23:59:59.999Z',
];

/** What a server, a database or a role may say of dates: each session begins with it, unless it says otherwise itself. */
export type DateDefaults = Record<'TimeZone' | 'DateStyle' | 'IntervalStyle', string>;

/** Has an embedded database say so, as one does that was first started in another place. */
export async function sayIn(dataDirectory: string, defaults: DateDefaults): Promise<void> {
  const lines = Object.entries(defaults).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(dataDirectory, 'postgres', 'postgresql.conf'), lines.join(''));
}
