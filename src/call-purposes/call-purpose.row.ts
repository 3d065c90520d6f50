import type { ResourceRow } from '../json-api/resource.js';

/** A call purpose as documents show it. */
export interface CallPurposeRow extends ResourceRow {
  name: string;
  order: number;
  createdAt: string;
  updatedAt: string;
  /** The id of the user who made it; `null` for the ready-made ones. */
  creator: string | null;
  version: number;
}
