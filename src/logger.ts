import { ConsoleLogger, type LoggerService, type LogLevel } from '@nestjs/common';
import type { Settings } from './config/settings.js';

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
  const logLevels = LEVELS.slice(0, ORDER.indexOf(logLevel));
  return new StartUpAwareLogger({ logLevels, json: production, colors: !production && process.stdout.isTTY === true });
}

class StartUpAwareLogger extends ConsoleLogger {
  /** Nest's own report of an error that ends the start, which whoever started it gets and prints too. */
  override error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) !== 'ExceptionHandler') super.error(message, ...rest);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && START_UP.includes(context) && !this.isLevelEnabled('debug')) return;
    super.log(message, ...rest);
  }
}
