const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Numbers above this are instants in seconds since 1970, as the Outreach API has them in `Retry-After` too. */
const GREATEST_SPAN_SECONDS = 1_000_000_000;

/**
 * How long a server asks to be left alone: `Retry-After` (seconds, an HTTP date, an ISO 8601 date or seconds since 1970), else
 * `X-RateLimit-Reset` (seconds since 1970). Instants are measured by the server's own clock, where it tells the time.
 * @returns milliseconds, at least a second; null when it asks for nothing
 */
export function delayAskedFor(headers: Headers, now = Date.now()): number | null {
  const serverNow = Date.parse(headers.get('date') ?? '') || now;
  const delays = [headers.get('retry-after'), headers.get('x-ratelimit-reset')].map((value) => delay(value, serverNow));
  const asked = delays.find((milliseconds) => milliseconds !== null);
  return asked === undefined || asked === null ? null : Math.max(asked, 1_000);
}

/** The wait after that many attempts in vain: twice as long each time, with chance in it, 30 seconds at most. */
export const backoff = (attempts: number): number =>
  Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS) * (0.75 + Math.random() / 4);

function delay(value: string | null, serverNow: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) {
    const seconds = Number(value);
    return seconds > GREATEST_SPAN_SECONDS ? seconds * 1000 - serverNow : seconds * 1000;
  }
  // A date without a zone is meant in UTC.
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value) ? `${value}Z` : value;
  const instant = Date.parse(zoned);
  return Number.isNaN(instant) ? null : instant - serverNow;
}
