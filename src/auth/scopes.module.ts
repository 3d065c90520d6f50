import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScopesGuard } from './scopes.guard.js';

/** What a principal's token allows. A module of its own, so that others can have guards before it that need a principal. */
@Module({ providers: [{ provide: APP_GUARD, useClass: ScopesGuard }] })
export class ScopesModule {}
