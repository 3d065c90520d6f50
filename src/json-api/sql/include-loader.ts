import type { Included } from '../documents/document.js';
import type { IncludeTree } from '../query/include.js';
import type { Resource, ResourceRow } from '../resource.js';
import { selectReferred } from './select.js';
import type { Database } from './statement.js';

/**
 * Loads what a document includes: one statement for each path of the include parameter, however many rows there are.
 * @returns every resource once, and none that is primary data
 */
export async function loadIncluded(
  db: Database,
  resource: Resource,
  rows: ResourceRow[],
  tree: IncludeTree,
): Promise<Included[]> {
  const found = new Map<string, Included>();
  await collect(db, rows, tree, found);
  for (const { id } of rows) found.delete(keyOf(resource, id));
  return [...found.values()];
}

async function collect(
  db: Database,
  rows: ResourceRow[],
  tree: IncludeTree,
  found: Map<string, Included>,
): Promise<void> {
  for (const [name, [{ resource }, below]] of tree) {
    const ids = new Set(
      rows
        .map((row) => (row as unknown as Record<string, string | null>)[name])
        .filter((id) => id !== null && id !== undefined),
    );
    const targets = ids.size > 0 ? await selectReferred(db, resource, ids) : [];
    for (const target of targets) found.set(keyOf(resource, target.id), [resource, target]);
    await collect(db, targets, below, found);
  }
}

const keyOf = (resource: Resource, id: string): string => `${resource.type}/${id}`;
