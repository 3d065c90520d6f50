import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { API_PATH } from './api-path.js';
import { Settings } from './config/settings.js';
import { limitConnections } from './http/server-limits.js';
import { JsonApiOptions } from './json-api/nest/json-api-options.js';
import { MANAGEMENT_PATHS } from './observability/paths.js';
import { leadToDocs } from './openapi/lead-to-docs.js';
import { DOCS_ROUTES } from './openapi/paths.js';
import { usePipeline } from './pipeline.js';

/** What every running application has, the tests' included. Call it before `init()`. */
export function configureApp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  limitConnections(fastify);
  app.setGlobalPrefix(API_PATH, { exclude: [...MANAGEMENT_PATHS, ...DOCS_ROUTES] });
  usePipeline(app);
  if (app.get(Settings).operations.docs) leadToDocs(fastify, app.get(JsonApiOptions));
}
