import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { CallPurposesModule } from './call-purposes/call-purposes.module.js';
import { CallsModule } from './calls/calls.module.js';
import { resourceOf } from './json-api/nest/json-api.decorators.js';
import { UsersModule } from './users/users.module.js';

/** The modules that serve a resource. */
export const RESOURCE_MODULES: Type[] = [UsersModule, CallPurposesModule, CallsModule];

/** The scopes of all that the service serves. */
export const allScopes = (): string[] =>
  RESOURCE_MODULES.flatMap((module) => Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[])
    .flatMap((controller) => resourceOf(controller)?.path ?? [])
    .map((collection) => `${collection}.all`);
