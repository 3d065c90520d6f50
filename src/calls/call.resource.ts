import { callPurposeResource } from '../call-purposes/call-purpose.resource.js';
import type { Resource } from '../json-api/resource.js';
import { userResource } from '../users/user.resource.js';

export const callResource = {
  type: 'call',
  description: 'The log of a call.',
  path: 'calls',
  table: 'call',
  attributes: {
    direction: { type: 'string', column: 'direction', required: true, filterable: true, sortable: true },
    from: {
      type: 'string',
      column: 'from',
      description: 'The number or address that called.',
      example: '+15550100',
      nullable: true,
      filterable: true,
      sortable: true,
    },
    to: {
      type: 'string',
      column: 'to',
      description: 'The number or address that was called.',
      example: '+15550199',
      nullable: true,
      filterable: true,
      sortable: true,
    },
    outcome: { type: 'string', column: 'outcome', nullable: true, filterable: true, sortable: true },
    note: {
      type: 'string',
      column: 'note',
      description: 'May have line breaks.',
      example: 'Asked for the price list.',
      nullable: true,
    },
    tags: { type: 'string-array', column: 'tags', example: ['trade fair'] },
    recordingUrl: {
      type: 'string',
      column: 'recording_url',
      description: 'Where the recording is.',
      example: 'https://recordings.example.com/1.mp3',
      nullable: true,
      filterable: true,
      sortable: true,
    },
    dialedAt: { type: 'date-time', column: 'dialed_at', nullable: true, filterable: true, sortable: true },
    answeredAt: { type: 'date-time', column: 'answered_at', nullable: true, filterable: true, sortable: true },
    completedAt: { type: 'date-time', column: 'completed_at', nullable: true, filterable: true, sortable: true },
    createdAt: { type: 'date-time', column: 'created_at', readOnly: true, filterable: true, sortable: true },
    updatedAt: { type: 'date-time', column: 'updated_at', readOnly: true, filterable: true, sortable: true },
  },
  relationships: {
    callPurpose: {
      kind: 'to-one',
      resource: callPurposeResource,
      column: 'call_purpose_id',
      description: 'What it was for; `null` also when that has been deleted.',
      filterable: true,
    },
    user: {
      kind: 'to-one',
      resource: userResource,
      column: 'user_id',
      description: 'Who logged it.',
      readOnly: true,
      filterable: true,
    },
  },
  defaultSort: ['id'],
  versioned: true,
} satisfies Resource;
