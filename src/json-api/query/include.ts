import { type Resource, type ToOneRelationship, toOne } from '../resource.js';
import { type Parameter, invalidParameter } from './parameters.js';

/** The relationships to include, by name, each with what to include below it. */
export type IncludeTree = Map<string, [relationship: ToOneRelationship, below: IncludeTree]>;

/**
 * Reads `include=callPurpose.creator,user`; empty includes nothing.
 * @throws JsonApiError 400 for a path that leads nowhere
 */
export function parseInclude(resource: Resource, value = ''): IncludeTree {
  const tree: IncludeTree = new Map();
  for (const path of value === '' ? [] : value.split(',')) {
    let [at, below] = [resource, tree];
    for (const name of path.split('.')) {
      const relationship = toOne(at, name);
      if (!relationship)
        throw invalidParameter(
          'include',
          `'${path}' can't be included: '${at.type}' has no such relationship to include.`,
        );
      const branch = below.get(name) ?? [relationship, new Map() as IncludeTree];
      below.set(name, branch);
      [at, below] = [relationship.resource, branch[1]];
    }
  }
  return tree;
}

/** The resource and all that can be included with it, by type. */
export function reachable(resource: Resource, found = new Map<string, Resource>()): Map<string, Resource> {
  if (found.has(resource.type)) return found;
  found.set(resource.type, resource);
  for (const relationship of Object.values(resource.relationships)) {
    if (relationship.kind === 'to-one') reachable(relationship.resource, found);
  }
  return found;
}

/**
 * Reads the `fields[type]=a,b` parameters; empty shows neither attributes nor relationships. Types and names that there are
 * not are passed over, as clients of other versions name what they know from there.
 * @throws JsonApiError 400 for a parameter that names no type
 */
export function parseFields(types: Map<string, Resource>, parameters: Parameter[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const { name, members, value } of parameters) {
    const [type = '', ...rest] = members;
    const resource = types.get(type);
    if (type === '' || rest.length > 0) throw invalidParameter(name, `'${name}' names no resource type.`);
    if (resource) fields.set(type, new Set(value.split(',')));
  }
  return fields;
}
