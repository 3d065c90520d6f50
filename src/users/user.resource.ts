import { type RowOf, defineResource } from '../json-api/sql/define-resource.js';
import { User } from './user.entity.js';

export const userResource = defineResource(User, {
  type: 'user',
  description: 'Someone who has used the API: made from the claims of their first token.',
  path: 'users',
  attributes: {
    email: { example: 'ada@example.com', readOnly: true, filterable: true, sortable: true },
    name: { example: 'Ada', readOnly: true, filterable: true, sortable: true },
    createdAt: { readOnly: true, filterable: true, sortable: true },
    updatedAt: { readOnly: true, filterable: true, sortable: true },
  },
  relationships: {},
});

/** A user as documents show one. */
export type UserRow = RowOf<typeof userResource>;
