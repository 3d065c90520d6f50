import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings.js';
import { createJsonLog } from './json-log.js';

/** Nest's log as lines of JSON: what a part of the service says, with its name as `context` and an error's stack. */
export class JsonLogger implements LoggerService {
  // Each line is out before the next statement runs: it may be the last one.
  private readonly logger: Logger;

  constructor(level: Settings['logLevel']) {
    this.logger = createJsonLog(level, { sync: true });
  }

  isLevelEnabled(level: string): boolean {
    return this.logger.isLevelEnabled(level);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** @param rest what Nest appends: the stack of an error, if any, and last the context */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const stack = message instanceof Error ? message.stack : rest.length > 1 ? rest[0] : undefined;
    const fields = { context, ...(typeof stack === 'string' && { stack }) };
    if (message instanceof Error) this.logger[level](fields, `${message.name}: ${message.message}`);
    else if (message instanceof Object) this.logger[level]({ ...fields, ...message });
    else this.logger[level](fields, String(message));
  }
}
