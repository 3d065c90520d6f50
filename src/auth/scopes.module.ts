import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScopesGuard } from './scopes.guard.js';

/** Asks for scopes. A module of its own, to come after the one that knows the users: who lacks a scope is one, too. */
@Module({ providers: [{ provide: APP_GUARD, useClass: ScopesGuard }] })
export class ScopesModule {}
