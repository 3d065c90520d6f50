import type { Caller } from '../users/caller.js';
import type { CallRow } from './call.row.js';

/** What the caller may do with the call: change or delete it with the scope for that, as who logged it or an administrator. */
export function callPermissions(caller: Caller, call: CallRow): { canWrite: boolean; canDelete: boolean } {
  const isInCharge = caller.isAdministrator || call.user === caller.userId;
  return {
    canWrite: isInCharge && caller.can('write', 'calls'),
    canDelete: isInCharge && caller.can('delete', 'calls'),
  };
}
