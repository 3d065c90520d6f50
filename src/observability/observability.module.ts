import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Settings } from '../config/settings.js';
import { DatabaseHealth } from './database.health.js';
import { HealthController } from './health.controller.js';
import { ManagementServer } from './management-server.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';

/** What those need to see who run the service. */
@Module({})
export class ObservabilityModule {
  static forRoot({ operations }: Settings): DynamicModule {
    return {
      module: ObservabilityModule,
      // On SIGTERM, Terminus makes readiness fail and then holds up the end for that time.
      imports: [
        TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: operations.shutdownDelaySeconds * 1_000 }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [DatabaseHealth, ManagementServer, Metrics],
      exports: [Metrics],
    };
  }
}
