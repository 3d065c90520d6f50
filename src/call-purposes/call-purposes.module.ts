import { Module } from '@nestjs/common';
import { CallPurposesController } from './call-purposes.controller.js';
import { CallPurposesGuard } from './call-purposes.guard.js';
import { CallPurposesRepository } from './call-purposes.repository.js';
import { CallPurposesService } from './call-purposes.service.js';

@Module({
  controllers: [CallPurposesController],
  providers: [CallPurposesRepository, CallPurposesService, CallPurposesGuard],
  exports: [CallPurposesRepository],
})
export class CallPurposesModule {}
