import { defineEntity, p } from '@mikro-orm/core';
import { UserSchema } from '../users/user.entity.js';

/** What a call can be for. Deleted ones stay as tombstones, which calls still point to and operators can restore. */
export const CallPurposeSchema = defineEntity({
  name: 'CallPurpose',
  tableName: 'call_purpose',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    name: p.text(),
    /** What makes a name the same as another: see `nameKey`. Unique among the purposes that are not deleted. */
    nameKey: p.text(),
    order: p.integer().defaultRaw('next_call_purpose_order()'),
    creator: () => p.manyToOne(UserSchema).nullable(),
    /** Grows with every change; set by a trigger. */
    version: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw('now()'),
    updatedAt: p.datetime(3).defaultRaw('now()'),
    deletedAt: p.datetime(3).nullable(),
  },
});
