import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { createJsonLog } from './json-log.js';

/** Takes what a line of the request log says: no path, query, header or body, which may hold secrets. */
export type RequestLog = (
  requestId: string,
  user: string | undefined,
  method: string,
  route: string,
  status: number,
  milliseconds: number,
) => void;

/** Lines are written together, at the latest after that time or with that many bytes: one write each would cost more than the answer. */
const WRITE_EVERY_MS = 250;
const WRITE_BYTES = 8_192;

/** A line a request: of JSON in production, at `info`; elsewhere a readable one, at `debug`. `null`: none. */
export function createRequestLog({
  production,
  logLevel,
}: Pick<Settings, 'production' | 'logLevel'>): RequestLog | null {
  if (production) {
    const log = createJsonLog(logLevel, { sync: false, minLength: WRITE_BYTES, periodicFlush: WRITE_EVERY_MS });
    if (!log.isLevelEnabled('info')) return null;
    return (requestId, user, method, route, status, milliseconds) =>
      log.info({ requestId, user, method, route, status, ms: rounded(milliseconds) }, 'request');
  }
  if (logLevel !== 'debug' && logLevel !== 'trace') return null;
  const logger = new Logger('Request');
  return (requestId, user, method, route, status, milliseconds) =>
    logger.debug(`${method} ${route} ${status} ${rounded(milliseconds)} ms, user ${user ?? '-'}, ${requestId}`);
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 1_000) / 1_000;
