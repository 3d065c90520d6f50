import { ownedBy } from '../json-api/policy.js';
import { type RowOf, type ValuesOf, defineResource } from '../json-api/sql/define-resource.js';
import { userResource } from '../users/user.resource.js';
import { CallPurposeDto } from './call-purpose.dto.js';
import { CallPurpose } from './call-purpose.entity.js';

export const callPurposeResource = defineResource(CallPurpose, {
  type: 'callPurpose',
  description: 'What a call can be for.',
  path: 'callPurposes',
  dto: CallPurposeDto,
  attributes: {
    name: {
      description: 'Unique by Unicode\'s NFKC_Casefold ("Straße" is "STRASSE"); white space around it is dropped.',
      example: 'Win-back',
      trimmed: true,
      required: true,
      unique: 'call_purpose_name_key',
      filterable: true,
      sortable: true,
    },
    order: {
      description: 'The display order; left out on create, it is one past the highest, up to 2147483647.',
      example: 12,
      filterable: true,
      sortable: true,
    },
    createdAt: { readOnly: true, filterable: true, sortable: true },
    updatedAt: { description: 'Moves only when something changes.', readOnly: true, filterable: true, sortable: true },
  },
  relationships: {
    creator: { resource: userResource, description: 'Who created it; `null` for the ready-made ones.', readOnly: true },
    calls: {
      description: 'The calls that carry it.',
      related: (id: string) => `calls?filter%5BcallPurpose%5D%5Bid%5D=${id}`,
    },
  },
  defaultSort: ['order'],
  softDelete: 'deletedAt',
  policy: ownedBy('creator', 'its creator'),
  showsPermissions: true,
  changesRarely: true,
  // Several times what the longest name takes when every character of it is escaped.
  bodyLimit: 16_384,
});

/** A call purpose as documents show it. */
export type CallPurposeRow = RowOf<typeof callPurposeResource>;

/** What a write may set. */
export type CallPurposeValues = ValuesOf<typeof callPurposeResource>;
