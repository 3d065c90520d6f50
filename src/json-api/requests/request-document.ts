import { validateSync } from 'class-validator';
import {
  JsonApiError,
  MAX_ERRORS,
  badRequest,
  conflict,
  pointerTo,
  throwIfAny,
  validationError,
} from '../errors/json-api-error.js';
import { timestampOf } from '../query/value.js';
import { type Attribute, type Resource, type ResourceRow, attributeOf, toOne } from '../resource.js';
import { isAttributeSo, isRelationshipSo } from './read-only.js';

type Members = Record<string, unknown>;

/** What the document is for: `id` is the one in the path, `row` what is there, where that is known. */
export type RequestAction = { action: 'create' } | { action: 'update'; id: string; row?: ResourceRow };

/** Largest id that PostgreSQL's bigint and JavaScript's integers both hold. */
const ID = /^[1-9]\d{0,15}$/;

/** The id in its one form (decimal, no sign, no leading zero), or undefined if there can be no resource with it. */
export function canonicalId(id: unknown): string | undefined {
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && ID.test(text) && Number.isSafeInteger(Number(text)) ? text : undefined;
}

/**
 * Reads a JSON:API request document and makes the DTO of its attributes and relationships (to-one ones as an id or null).
 * Members that a document should not have are ignored, and read-only ones that say what is so already.
 * @param body the bytes of the request
 * @throws JsonApiError 400 for what is no document, 409 for another type or id and for what was read before the last change, 403 for a client-made id
 * @throws JsonApiErrors 422 with one error for each fault of the attributes and relationships
 */
export function readRequestDocument(resource: Resource, body: unknown, action: RequestAction): object {
  const { data, ...given } = resourceObjectIn(body);
  const errors = identityErrors(resource, data, action);
  const values: Members = {};
  const soFar = (name: string) => currentOf(action, name);
  readMembers('attributes', given.attributes, errors, (name, value) => {
    const attribute = attributeOf(resource, name);
    if (!attribute) return `'${resource.type}' has no attribute '${name}'.`;
    if (attribute.readOnly)
      return isAttributeSo(name, attribute, value, soFar(name)) ? undefined : `'${name}' is read-only.`;
    values[name] = typeof value === 'string' ? tidied(attribute, value) : value;
    return undefined;
  });
  readMembers('relationships', given.relationships, errors, (name, value) => {
    const relationship = toOne(resource, name);
    if (!relationship && !Object.hasOwn(resource.relationships, name))
      return `'${resource.type}' has no relationship '${name}'.`;
    const id = relationship ? linkedId(relationship.resource.type, value) : linkedToMany(value);
    if (!relationship || relationship.readOnly) {
      return isObject(value) && isRelationshipSo(value, id, soFar(name)) ? undefined : `'${name}' is read-only.`;
    }
    if (id !== undefined) values[name] = id;
    return id === undefined
      ? `'${name}' must be {"data": null} or {"data": {"type": "${relationship.resource.type}", "id": …}}.`
      : undefined;
  });
  if (action.action === 'create' && isObject(given.attributes))
    errors.push(...missing(resource, values, 'attributes' in data));

  const { dto } = resource;
  if (!dto) throw new Error(`'${resource.type}' has no DTO for request documents.`);
  const instance = Object.assign(new dto(), values);
  for (const { property, constraints } of validateSync(instance, {
    stopAtFirstError: true,
    forbidUnknownValues: false,
  })) {
    const member = attributeOf(resource, property) ? 'attributes' : 'relationships';
    errors.push(
      validationError(`${Object.values(constraints ?? {}).join(', ')}.`, pointerTo('data', member, property)),
    );
  }
  throwIfAny(errors, (error) => error);
  return instance;
}

function currentOf(action: RequestAction, name: string): unknown {
  if (action.action === 'create') return null;
  return new Map<string, unknown>(Object.entries(action.row ?? {})).get(name);
}

/** What is kept of a text: without white space around it, or as the instant that it names; its validator sees the rest. */
function tidied({ trimmed, type }: Attribute, value: string): string {
  if (type === 'date-time') return timestampOf(value) ?? value;
  return trimmed ? value.trim() : value;
}

function resourceObjectIn(body: unknown): { data: Members; attributes: unknown; relationships: unknown } {
  const document = parse(body);
  if (!isObject(document)) throw badRequest('The document must be a JSON object.', { pointer: '' });
  if (!Object.hasOwn(document, 'data')) throw badRequest("The document has no 'data'.", { pointer: '' });
  const { data } = document;
  if (!isObject(data)) throw badRequest("'data' must be one resource object.", pointerTo('data'));
  const { attributes = {}, relationships = {} } = data;
  return { data, attributes, relationships };
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw badRequest('The request has no document.');
  try {
    return JSON.parse(UTF_8.decode(body));
  } catch {
    throw badRequest('The request body is not JSON in UTF-8.');
  }
}

function identityErrors(resource: Resource, data: Members, action: RequestAction): JsonApiError[] {
  if (data.type !== resource.type) {
    throw conflict(
      `The type of the resource must be '${resource.type}'.`,
      pointerTo('data', ...('type' in data ? ['type'] : [])),
    );
  }
  if (action.action === 'create') {
    if ((data.id ?? null) === null) return [];
    throw new JsonApiError(
      'unauthorizedRequest',
      "The service makes the ids: leave 'id' out.",
      pointerTo('data', 'id'),
    );
  }
  if (!Object.hasOwn(data, 'id')) return [validationError("'id' is missing.", pointerTo('data'))];
  if (canonicalId(data.id) === action.id) return [];
  throw conflict(`The id must be that of the URL, '${action.id}'.`, pointerTo('data', 'id'));
}

function readMembers(
  kind: 'attributes' | 'relationships',
  members: unknown,
  errors: JsonApiError[],
  read: (name: string, value: unknown) => string | undefined,
): void {
  if (!isObject(members)) {
    errors.push(validationError(`'${kind}' must be an object.`, pointerTo('data', kind)));
    return;
  }
  for (const name in members) {
    // One more than are told of says that there are more.
    if (errors.length > MAX_ERRORS) return;
    const value = members[name];
    // An @-Member is neither an attribute nor a relationship, wherever it stands.
    if (name.startsWith('@')) continue;
    const fault = read(name, value);
    if (fault) errors.push(validationError(fault, pointerTo('data', kind, name)));
  }
}

/** A pointer must lead to something that exists, so that these lead to what the missing attribute is missing in. */
function missing(resource: Resource, values: Members, hasAttributes: boolean): JsonApiError[] {
  return Object.entries(resource.attributes)
    .filter(([name, { required }]) => required && !Object.hasOwn(values, name))
    .map(([name]) =>
      validationError(`'${name}' is missing.`, pointerTo('data', ...(hasAttributes ? ['attributes'] : []))),
    );
}

function linkedId(type: string, relationship: unknown): string | null | undefined {
  if (!isObject(relationship)) return undefined;
  const { data } = relationship;
  if (data === null) return null;
  return isObject(data) && data.type === type ? canonicalId(data.id) : undefined;
}

/** Of a to-many relationship nothing is known but that a new resource has none. */
const linkedToMany = (relationship: unknown): null | undefined =>
  isObject(relationship) && Array.isArray(relationship.data) && relationship.data.length === 0 ? null : undefined;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
