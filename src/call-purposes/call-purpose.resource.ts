import type { Resource, ResourceRow, Viewer } from '../json-api/resource.js';
import type { Caller } from '../users/caller.js';
import { userResource } from '../users/user.resource.js';
import { callPurposePermissions } from './call-purpose.permissions.js';
import type { CallPurposeRow } from './call-purpose.row.js';

export const callPurposeResource = {
  type: 'callPurpose',
  path: 'callPurposes',
  table: 'call_purpose',
  attributes: {
    name: { type: 'string', column: 'name', trimmed: true, required: true, filterable: true, sortable: true },
    order: { type: 'integer', column: 'order', filterable: true, sortable: true },
    createdAt: { type: 'date-time', column: 'created_at', readOnly: true, filterable: true, sortable: true },
    updatedAt: { type: 'date-time', column: 'updated_at', readOnly: true, filterable: true, sortable: true },
  },
  relationships: {
    creator: { kind: 'to-one', resource: userResource, column: 'creator_id', readOnly: true },
    calls: { kind: 'linked', related: (id) => `calls?filter%5BcallPurpose%5D%5Bid%5D=${id}` },
  },
  defaultSort: ['order'],
  tombstone: 'deleted_at',
  changesRarely: true,
  versioned: true,
  authorizationMeta: (viewer: Viewer, row: ResourceRow) =>
    callPurposePermissions(viewer as Caller, row as CallPurposeRow),
} satisfies Resource;
