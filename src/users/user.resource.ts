import type { Resource, ResourceRow } from '../json-api/resource.js';

export interface UserRow extends ResourceRow {
  email: string | null;
  name: string | null;
  createdAt: string;
  updatedAt: string;
}

export const userResource = {
  type: 'user',
  description: 'Someone who has used the API: made from the claims of their first token.',
  path: 'users',
  table: 'api_user',
  attributes: {
    email: {
      type: 'string',
      column: 'email',
      example: 'ada@example.com',
      nullable: true,
      readOnly: true,
      filterable: true,
      sortable: true,
    },
    name: {
      type: 'string',
      column: 'name',
      example: 'Ada',
      nullable: true,
      readOnly: true,
      filterable: true,
      sortable: true,
    },
    createdAt: { type: 'date-time', column: 'created_at', readOnly: true, filterable: true, sortable: true },
    updatedAt: { type: 'date-time', column: 'updated_at', readOnly: true, filterable: true, sortable: true },
  },
  relationships: {},
  defaultSort: ['id'],
  versioned: false,
} satisfies Resource;
