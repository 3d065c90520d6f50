import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { CallPurposesController } from './call-purposes.controller.js';
import { CallPurposesGuard } from './call-purposes.guard.js';
import { CallPurposesRepository } from './call-purposes.repository.js';
import { CallPurposesService } from './call-purposes.service.js';
import { StaleNameKeys } from './stale-name-keys.js';

@Module({
  imports: [UsersModule],
  controllers: [CallPurposesController],
  providers: [CallPurposesRepository, CallPurposesService, CallPurposesGuard, StaleNameKeys],
  exports: [CallPurposesService],
})
export class CallPurposesModule {}
