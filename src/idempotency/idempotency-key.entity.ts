import { defineEntity, p } from '@mikro-orm/core';
import { text, timestampOfWrite } from '../database/entity-columns.js';
import { User } from '../users/user.entity.js';

/** The response to a request with an `Idempotency-Key`, written together with what the request wrote. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    user: () => p.manyToOne(User).primary().deleteRule('cascade').foreignKeyName('idempotency_key_user_id_fkey'),
    key: text().primary(),
    requestDigest: text(),
    status: p.smallint(),
    location: p.text().nullable(),
    etag: p.text().nullable(),
    body: p.blob(),
    createdAt: timestampOfWrite(),
  },
  indexes: [{ name: 'idempotency_key_created_at', properties: ['createdAt'] }],
});
