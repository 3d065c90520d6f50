import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { JsonLogger } from './json-logger.js';

/** Nest's levels in the order of ours, from `fatal` on; `silent` has none of them. */
const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];
const ORDER: Settings['logLevel'][] = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Parts of Nest that list at every start what the code says anyway; shown from `debug` on. */
const START_UP = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer'];

/** Logs at the level of the settings: lines of JSON in production, readable ones elsewhere. */
export function createLogger({
  logLevel,
  production,
}: Pick<Settings, 'logLevel' | 'production'>): LoggerService | false {
  if (logLevel === 'silent') return false;
  if (production) return quietAtStart(new JsonLogger(logLevel));
  const logLevels = LEVELS.slice(0, ORDER.indexOf(logLevel));
  return quietAtStart(new ConsoleLogger({ logLevels, colors: process.stdout.isTTY === true }));
}

/** Leaves out what Nest says at every start. */
function quietAtStart<Log extends LoggerService & { isLevelEnabled(level: LogLevel): boolean }>(logger: Log): Log {
  const log = logger.log.bind(logger);
  const error = logger.error.bind(logger);
  logger.log = (message: unknown, ...rest: unknown[]) => {
    const context = rest.at(-1);
    if (typeof context === 'string' && START_UP.includes(context) && !logger.isLevelEnabled('debug')) return;
    log(message, ...rest);
  };
  // Nest's own report of an error that ends the start, which whoever started it gets and prints too.
  logger.error = (message: unknown, ...rest: unknown[]) => {
    if (rest.at(-1) !== 'ExceptionHandler') error(message, ...rest);
  };
  return logger;
}
