import { type DynamicModule, Module } from '@nestjs/common';
import { API_PATH } from './api-path.js';
import { AuthModule } from './auth/auth.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { Connections } from './database/connections.js';
import { DatabaseModule } from './database/database.module.js';
import { entities } from './entities.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { JsonApiOptions } from './json-api/nest/json-api-options.js';
import { JsonApiModule } from './json-api/nest/json-api.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { MemoryBudget } from './overload/memory-budget.js';
import { GUARDS, INTERCEPTORS } from './pipeline.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { RESOURCE_MODULES } from './resource-modules.js';
import { ResponseCacheModule } from './response-cache/response-cache.module.js';
import { ServiceDocumentModule } from './service-document/service-document.module.js';

/** The parts of the service, in no particular order: what is done with a request, and when, stands in pipeline.ts. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        DatabaseModule.forRoot(entities),
        ResponseCacheModule,
        IdempotencyModule,
        JsonApiModule.forRoot(jsonApiOptions(settings), Connections),
        AuthModule,
        RateLimitModule,
        ...RESOURCE_MODULES,
        ServiceDocumentModule,
        OpenApiModule.forRoot(settings),
        ObservabilityModule.forRoot(settings),
      ],
      providers: [MemoryBudget, ...GUARDS, ...INTERCEPTORS],
    };
  }
}

const jsonApiOptions = ({ http, resourceIdFormat }: Settings) =>
  new JsonApiOptions(API_PATH, http.publicUrl, resourceIdFormat === 'integer', {
    trusts: http.trustProxy,
    headers: http.trustProxyHeaders,
  });
