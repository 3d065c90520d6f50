import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { readSettings } from '../config/settings.js';

/** Runs an operator's task with the parts of the service, on the migrated database of the settings, without serving anything. */
export async function withService(task: (service: INestApplicationContext) => Promise<void>): Promise<void> {
  const service = await NestFactory.createApplicationContext(AppModule.forRoot(readSettings(process.env)), {
    logger: ['fatal', 'error', 'warn'],
    abortOnError: false,
  });
  try {
    await task(service);
  } finally {
    await service.close();
  }
}
