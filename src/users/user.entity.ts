import { defineEntity } from '@mikro-orm/core';
import { identity, text, timestamp, timestampOfWrite } from '../database/entity-columns.js';

/** Someone who has used the API: made from the claims of their first token. */
export const User = defineEntity({
  name: 'User',
  tableName: 'api_user',
  properties: {
    id: identity(),
    subject: text().unique('api_user_subject_key'),
    name: text().nullable(),
    email: text().nullable(),
    createdAt: timestampOfWrite(),
    updatedAt: timestampOfWrite(),
    /** Since when no token of theirs is good. */
    blockedAt: timestamp().nullable(),
  },
});
