import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { TokenIssuer } from './auth/token-issuer.js';
import { readSettings } from './config/settings.js';
import { configureApp } from './configure-app.js';
import { createAdapter } from './http/adapter.js';
import { createLogger } from './observability/logger.js';
import type { Tracing } from './observability/tracing.js';
import { welcome } from './welcome.js';

/** Starts the service of the environment's settings; it ends on a signal. */
export async function startService(tracing: Tracing | null): Promise<void> {
  // Until the service is up, there is nothing to end in order, however long it waits for its database.
  const stop = () => process.exit(0);
  process.once('SIGTERM', stop).once('SIGINT', stop);

  const settings = readSettings(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), createAdapter(settings), {
    logger: createLogger(settings),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  tracing?.nameSpans(fastify);
  configureApp(app);
  if (tracing) fastify.addHook('onClose', () => tracing.end());
  await app.listen({ port: settings.http.port, host: settings.http.host, backlog: 4_096 });
  process.off('SIGTERM', stop).off('SIGINT', stop);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  if (settings.production) return;
  process.stdout.write(welcome(settings, await app.getUrl(), app.get(TokenIssuer)));
}
