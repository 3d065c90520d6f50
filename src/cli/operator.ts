import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { type Settings, readSettings } from '../config/settings.js';
import { createLogger } from '../observability/logger.js';
import type { Terminal } from './program.js';

/** Runs an operator's task with the parts of the service, on the migrated database of the settings, without serving anything. */
export async function withService(
  { env }: Terminal,
  task: (service: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const read = readSettings(env);
  const settings: Settings = {
    ...read,
    database: read.database.kind === 'server' ? { ...read.database, patient: true } : read.database,
  };
  const service = await NestFactory.createApplicationContext(AppModule.forRoot(settings), {
    logger: createLogger({ ...settings, logLevel: 'warn' }),
    abortOnError: false,
  });
  try {
    await task(service);
  } finally {
    await service.close();
  }
}
