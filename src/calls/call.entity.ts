import { defineEntity, p } from '@mikro-orm/core';
import { CallPurpose } from '../call-purposes/call-purpose.entity.js';
import { identity, rowVersion, text, timestamp, timestampOfWrite } from '../database/entity-columns.js';
import { User } from '../users/user.entity.js';

export const DIRECTIONS = ['inbound', 'outbound'] as const;
export const OUTCOMES = ['Answered', 'Not Answered'] as const;

/** The log of a call. */
export const Call = defineEntity({
  name: 'Call',
  tableName: 'call',
  properties: {
    id: identity(),
    direction: p.enum(DIRECTIONS).collation('C'),
    from: text().nullable(),
    to: text().nullable(),
    outcome: p.enum(OUTCOMES).collation('C').nullable(),
    note: text().nullable(),
    tags: p.array().default([]),
    recordingUrl: text().nullable(),
    dialedAt: timestamp().nullable(),
    answeredAt: timestamp().nullable(),
    completedAt: timestamp().nullable(),
    callPurpose: () =>
      p.manyToOne(CallPurpose).nullable().deleteRule('no action').foreignKeyName('call_call_purpose_id_fkey'),
    user: () => p.manyToOne(User).nullable().deleteRule('no action').foreignKeyName('call_user_id_fkey'),
    version: rowVersion(),
    createdAt: timestampOfWrite(),
    updatedAt: timestampOfWrite(),
  },
  // All that calls can be filtered or sorted by: with the id behind it, pages of each are ranges of the index.
  indexes: [
    { name: 'call_direction', properties: ['direction', 'id'] },
    { name: 'call_from', properties: ['from', 'id'] },
    { name: 'call_to', properties: ['to', 'id'] },
    { name: 'call_outcome', properties: ['outcome', 'id'] },
    { name: 'call_recording_url', properties: ['recordingUrl', 'id'] },
    { name: 'call_dialed_at', properties: ['dialedAt', 'id'] },
    { name: 'call_answered_at', properties: ['answeredAt', 'id'] },
    { name: 'call_completed_at', properties: ['completedAt', 'id'] },
    { name: 'call_call_purpose_id', properties: ['callPurpose', 'id'] },
    { name: 'call_user_id', properties: ['user', 'id'] },
    { name: 'call_created_at', properties: ['createdAt', 'id'] },
    { name: 'call_updated_at', properties: ['updatedAt', 'id'] },
  ],
});
