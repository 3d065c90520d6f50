import { type Logger, destination, pino, stdTimeFunctions } from 'pino';
import type { Settings } from '../config/settings.js';

/** Writes lines of JSON to standard output; `writing` are options of sonic-boom. */
export function createJsonLog(level: Settings['logLevel'], writing: Parameters<typeof destination>[0]): Logger {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination(writing));
}
