import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { TokenIssuer } from './auth/token-issuer.js';
import { readSettings } from './config/settings.js';
import { configureApp, createAdapter } from './configure-app.js';
import { exitOnFailure } from './exit-on-failure.js';
import { createLogger } from './logger.js';
import { welcome } from './welcome.js';

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), createAdapter(settings), {
    logger: createLogger(settings),
    bodyParser: false,
    abortOnError: false,
  });
  configureApp(app);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(settings.http.port, settings.http.host);
  if (!settings.production) process.stdout.write(welcome(settings, await app.getUrl(), app.get(TokenIssuer)));
}

await exitOnFailure(start);
