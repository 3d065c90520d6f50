import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CallerGuard } from './caller.guard.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** The users of the API. Its guard runs after those of the modules imported before it: authentication comes first. */
@Module({
  controllers: [UsersController],
  providers: [UsersRepository, UsersService, { provide: APP_GUARD, useClass: CallerGuard }],
  exports: [UsersService],
})
export class UsersModule {}
