import type { EntitySchema } from '@mikro-orm/core';
import { CallPurposeSchema } from './call-purposes/call-purpose.entity.js';
import { CallSchema } from './calls/call.entity.js';
import { UserSchema } from './users/user.entity.js';

/** Every entity, for MikroORM's discovery. */
export const entities: EntitySchema[] = [UserSchema, CallPurposeSchema, CallSchema];
