import type { CallPurposeRow } from './call-purpose.row.js';
import type { Caller } from '../users/caller.js';

export type CallPurposePermissions = { canWrite: boolean; canDelete: boolean };

/**
 * What the caller may do with the purpose: change or delete it with the scope for that, as its creator or an administrator.
 * The guard enforces this and `meta` shows it.
 */
export function callPurposePermissions(caller: Caller, purpose: CallPurposeRow): CallPurposePermissions {
  const isInCharge = caller.isAdministrator || purpose.creator === caller.userId;
  return {
    canWrite: isInCharge && caller.can('write', 'callPurposes'),
    canDelete: isInCharge && caller.can('delete', 'callPurposes'),
  };
}
