import type { AuthorizationMeta, Policy, Resource, ResourceRow, Viewer } from './resource.js';

/** The user of that relationship and administrators may change and delete the resource. */
export const ownedBy = (owner: string, ownerName: string): Policy => ({ owner, ownerName });

/** What the viewer may do with a row: the guard enforces it, and `?provideAuthorizationMeta=true` shows it. */
export function permissionsOf({ path, policy }: Resource, viewer: Viewer, row: ResourceRow): AuthorizationMeta {
  const isInCharge = !policy || viewer.isAdministrator || valueOf(row, policy.owner) === viewer.userId;
  return {
    canWrite: isInCharge && viewer.can('write', path),
    canDelete: isInCharge && viewer.can('delete', path),
  };
}

const valueOf = (row: ResourceRow, name: string): unknown => (row as unknown as Record<string, unknown>)[name];
