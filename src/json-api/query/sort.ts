import { createHash } from 'node:crypto';
import { type Attribute, type Resource, attributeOf } from '../resource.js';
import { invalidParameter } from './parameters.js';

export interface SortKey {
  /** An attribute's name, or `id`. */
  name: string;
  descending: boolean;
  nullable: boolean;
  type: Attribute['type'];
}

/** A total order of a resource's rows. */
export interface Order {
  /** The last one is `id`. */
  keys: SortKey[];
  /** Tells this order of this resource from every other, for cursors to carry. */
  signature: string;
}

const ID: SortKey = { name: 'id', descending: false, nullable: false, type: 'integer' };

/**
 * Reads `sort=name,-createdAt`; `undefined` gives the resource's own order. Every order ends in `id`, which makes it total.
 * @throws JsonApiError 400 for a field that can't be sorted by
 */
export function parseSort(resource: Resource, value: string | undefined): Order {
  const keys = new Map<string, SortKey>();
  for (const field of value?.split(',') ?? resource.defaultSort) {
    const descending = field.startsWith('-');
    const name = descending ? field.slice(1) : field;
    const key = sortKey(resource, name, descending);
    if (!key) throw invalidParameter('sort', `'${resource.type}' can't be sorted by '${name}'.`);
    // A field named again decides nothing that its first mention left open.
    if (!keys.has(name)) keys.set(name, key);
    if (name === 'id') break;
  }
  if (!keys.has('id')) keys.set('id', ID);
  const order = [...keys.values()];
  return { keys: order, signature: signature(resource, order) };
}

function sortKey(resource: Resource, name: string, descending: boolean): SortKey | undefined {
  if (name === 'id') return { ...ID, descending };
  const attribute = attributeOf(resource, name);
  if (!attribute?.sortable) return undefined;
  return { name, descending, nullable: attribute.nullable ?? false, type: attribute.type };
}

function signature(resource: Resource, keys: SortKey[]): string {
  const text = [resource.type, ...keys.map(({ name, descending }) => (descending ? `-${name}` : name))].join(',');
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}
