import type { Resource, ResourceRow, Viewer } from '../json-api/resource.js';
import type { Caller } from '../users/caller.js';
import { userResource } from '../users/user.resource.js';
import { callPurposePermissions } from './call-purpose.permissions.js';
import type { CallPurposeRow } from './call-purpose.row.js';

export const callPurposeResource = {
  type: 'callPurpose',
  description: 'What a call can be for.',
  path: 'callPurposes',
  table: 'call_purpose',
  attributes: {
    name: {
      type: 'string',
      column: 'name',
      description: 'Unique without regard to case; white space around it is dropped.',
      example: 'Win-back',
      trimmed: true,
      required: true,
      filterable: true,
      sortable: true,
    },
    order: {
      type: 'integer',
      column: 'order',
      description: 'The display order; left out on create, it is one past the highest.',
      example: 12,
      filterable: true,
      sortable: true,
    },
    createdAt: { type: 'date-time', column: 'created_at', readOnly: true, filterable: true, sortable: true },
    updatedAt: {
      type: 'date-time',
      column: 'updated_at',
      description: 'Moves only when something changes.',
      readOnly: true,
      filterable: true,
      sortable: true,
    },
  },
  relationships: {
    creator: {
      kind: 'to-one',
      resource: userResource,
      column: 'creator_id',
      description: 'Who created it; `null` for the ready-made ones.',
      readOnly: true,
    },
    calls: {
      kind: 'linked',
      description: 'The calls that carry it.',
      related: (id) => `calls?filter%5BcallPurpose%5D%5Bid%5D=${id}`,
    },
  },
  defaultSort: ['order'],
  softDeleteColumn: 'deleted_at',
  changesRarely: true,
  versioned: true,
  authorizationMeta: (viewer: Viewer, row: ResourceRow) =>
    callPurposePermissions(viewer as Caller, row as CallPurposeRow),
} satisfies Resource;
