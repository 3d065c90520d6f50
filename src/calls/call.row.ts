import type { ResourceRow } from '../json-api/resource.js';

/** A call as documents show it. */
export interface CallRow extends ResourceRow {
  direction: 'inbound' | 'outbound';
  from: string | null;
  to: string | null;
  outcome: 'Answered' | 'Not Answered' | null;
  note: string | null;
  tags: string[];
  recordingUrl: string | null;
  dialedAt: string | null;
  answeredAt: string | null;
  completedAt: string | null;
  createdAt: string;
  updatedAt: string;
  /** The id of the purpose; `null` also when that has been deleted. */
  callPurpose: string | null;
  /** The id of the user who logged the call. */
  user: string | null;
  version: number;
}
