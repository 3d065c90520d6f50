import { defineEntity, p } from '@mikro-orm/core';
import { identity, rowVersion, text, timestamp, timestampOfWrite } from '../database/entity-columns.js';
import { User } from '../users/user.entity.js';

/** What a call can be for. A deleted one stays as a row: calls still point to it, and operators can restore it. */
export const CallPurpose = defineEntity({
  name: 'CallPurpose',
  tableName: 'call_purpose',
  properties: {
    id: identity(),
    name: text(),
    /** What makes a name the same as another: see `nameKey`. */
    nameKey: text(),
    order: p.integer().defaultRaw('next_call_purpose_order()'),
    creator: () => p.manyToOne(User).nullable().deleteRule('no action').foreignKeyName('call_purpose_creator_id_fkey'),
    version: rowVersion(),
    createdAt: timestampOfWrite(),
    updatedAt: timestampOfWrite(),
    deletedAt: timestamp().nullable(),
  },
  uniques: [{ name: 'call_purpose_name_key', properties: ['nameKey'], where: 'deleted_at is null' }],
  indexes: [{ name: 'call_purpose_order', properties: ['order', 'id'], where: 'deleted_at is null' }],
});
