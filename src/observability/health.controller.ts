import { Controller, Get, UseFilters, UseGuards } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { Public } from '../auth/access.decorators.js';
import { UnhealthyFilter } from './unhealthy.filter.js';
import { ManagementGuard } from './management.guard.js';
import { DatabaseHealth } from './database.health.js';

/** Tells whoever runs the service whether to restart it (live) and whether to send it requests (ready). */
@Controller('health')
@Public()
@UseGuards(ManagementGuard)
@UseFilters(UnhealthyFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
  ) {}

  @Get('live')
  @HealthCheck()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.database.check()]);
  }
}
