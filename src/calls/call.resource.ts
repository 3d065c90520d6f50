import { callPurposeResource } from '../call-purposes/call-purpose.resource.js';
import { ownedBy } from '../json-api/policy.js';
import { type RowOf, type ValuesOf, defineResource } from '../json-api/sql/define-resource.js';
import { userResource } from '../users/user.resource.js';
import { CallDto } from './call.dto.js';
import { Call } from './call.entity.js';

export const callResource = defineResource(Call, {
  type: 'call',
  description: 'The log of a call.',
  path: 'calls',
  dto: CallDto,
  attributes: {
    direction: { required: true, filterable: true, sortable: true },
    from: {
      description: 'The number or address that called.',
      example: '+15550100',
      trimmed: true,
      filterable: true,
      sortable: true,
    },
    to: {
      description: 'The number or address that was called.',
      example: '+15550199',
      trimmed: true,
      filterable: true,
      sortable: true,
    },
    outcome: { filterable: true, sortable: true },
    note: { description: 'May have line breaks.', example: 'Asked for the price list.', long: true },
    tags: { example: ['trade fair'], long: true },
    recordingUrl: {
      description: 'Where the recording is.',
      example: 'https://recordings.example.com/1.mp3',
      filterable: true,
      sortable: true,
    },
    dialedAt: { filterable: true, sortable: true },
    answeredAt: { filterable: true, sortable: true },
    completedAt: { filterable: true, sortable: true },
    createdAt: { readOnly: true, filterable: true, sortable: true },
    updatedAt: { readOnly: true, filterable: true, sortable: true },
  },
  relationships: {
    callPurpose: {
      resource: callPurposeResource,
      description: 'What it was for, also when that has been deleted since.',
      filterable: true,
    },
    user: { resource: userResource, description: 'Who logged it.', readOnly: true, filterable: true },
  },
  policy: ownedBy('user', 'the user who logged it'),
});

/** A call as documents show it. */
export type CallRow = RowOf<typeof callResource>;

/** What a write may set. */
export type CallValues = ValuesOf<typeof callResource>;
