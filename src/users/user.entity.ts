import { defineEntity, p } from '@mikro-orm/core';

/** Someone who has used the API: made from the claims of their first token. */
export const UserSchema = defineEntity({
  name: 'User',
  tableName: 'api_user',
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    subject: p.text().unique(),
    name: p.text().nullable(),
    email: p.text().nullable(),
    createdAt: p.datetime(3).defaultRaw('now()'),
    updatedAt: p.datetime(3).defaultRaw('now()'),
  },
});
