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

/** More would make a statement and its cursors longer without bound, and no index has so many. */
const MAX_SORT_KEYS = 4;

const ID: SortKey = { name: 'id', descending: false, nullable: false, type: 'integer' };

/**
 * Reads `sort=name,-createdAt`; none, or an empty one, gives the resource's own order. Every order ends in `id`, which makes it total.
 * @throws JsonApiError 400 for a field that can't be sorted by, or too many
 */
export function parseSort(resource: Resource, value = ''): Order {
  const keys = new Map<string, SortKey>();
  for (const field of value === '' ? resource.defaultSort : value.split(',')) {
    const descending = field.startsWith('-');
    const name = descending ? field.slice(1) : field;
    const key = sortKey(resource, name, descending);
    if (!key) throw invalidParameter('sort', `'${resource.type}' can't be sorted by '${name}'.`);
    // A field named again decides nothing that its first mention left open.
    if (!keys.has(name)) keys.set(name, key);
    if (keys.size > MAX_SORT_KEYS) throw invalidParameter('sort', `At most ${MAX_SORT_KEYS} fields can be sorted by.`);
  }
  if (!keys.has('id')) keys.set('id', ID);
  // Nor do those behind the id, which is another for each row.
  const names = [...keys.keys()];
  const order = [...keys.values()].slice(0, names.indexOf('id') + 1);
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
