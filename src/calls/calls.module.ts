import { Module } from '@nestjs/common';
import { CallPurposesModule } from '../call-purposes/call-purposes.module.js';
import { UsersModule } from '../users/users.module.js';
import { CallsController } from './calls.controller.js';
import { CallsRepository } from './calls.repository.js';
import { CallsService } from './calls.service.js';

@Module({
  imports: [UsersModule, CallPurposesModule],
  controllers: [CallsController],
  providers: [CallsRepository, CallsService],
})
export class CallsModule {}
