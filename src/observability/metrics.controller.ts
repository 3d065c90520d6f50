import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { Public } from '../auth/access.decorators.js';
import { MetricsGuard } from './management.guard.js';
import { Metrics } from './metrics.js';

@Controller('metrics')
@Public()
@UseGuards(MetricsGuard)
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', Metrics.CONTENT_TYPE)
  print(): Promise<string> {
    return this.metrics.print();
  }
}
