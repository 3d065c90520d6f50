import { defineEntity, p } from '@mikro-orm/core';
import { CallPurposeSchema } from '../call-purposes/call-purpose.entity.js';
import { UserSchema } from '../users/user.entity.js';

/** The log of one call. A company makes thousands a day. */
export const CallSchema = defineEntity({
  name: 'Call',
  tableName: 'call',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    direction: p.text(),
    from: p.text().nullable(),
    to: p.text().nullable(),
    outcome: p.text().nullable(),
    note: p.text().nullable(),
    tags: p.array().default([]),
    recordingUrl: p.text().nullable(),
    dialedAt: p.datetime(3).nullable(),
    answeredAt: p.datetime(3).nullable(),
    completedAt: p.datetime(3).nullable(),
    callPurpose: () => p.manyToOne(CallPurposeSchema).nullable(),
    user: () => p.manyToOne(UserSchema).nullable(),
    /** Grows with every change; set by a trigger. */
    version: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw('now()'),
    updatedAt: p.datetime(3).defaultRaw('now()'),
  },
});
