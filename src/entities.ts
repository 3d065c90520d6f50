import type { EntitySchema } from '@mikro-orm/core';
import { CallPurpose } from './call-purposes/call-purpose.entity.js';
import { Call } from './calls/call.entity.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { User } from './users/user.entity.js';

/** Every entity: together they are the schema of the database, but for triggers and functions. */
export const entities: EntitySchema[] = [User, CallPurpose, Call, IdempotencyKey];
