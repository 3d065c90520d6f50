import type { Type } from '@nestjs/common';
import type { SchemaObject, SchemasObject } from 'openapi3-ts/oas31';
import { reachable } from '../json-api/query/include.js';
import { requestSchemas } from '../json-api/requests/request-schemas.js';
import { AUTHORIZATIONS, type Attribute, type Relationship, type Resource } from '../json-api/resource.js';
import { closed, ref } from './schemas.js';
import { capitalized } from './words.js';

const TYPES: Record<Attribute['type'], SchemaObject> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  'date-time': { type: 'string', format: 'date-time' },
  'string-array': { type: 'array', items: { type: 'string' } },
};

/** What the schemas of a resource are called. */
export const schemaNames = ({ type }: Resource) => ({
  resource: capitalized(type),
  identifier: `${capitalized(type)}Identifier`,
  document: `${capitalized(type)}Document`,
  collection: `${capitalized(type)}Collection`,
  create: `${capitalized(type)}Create`,
  update: `${capitalized(type)}Update`,
});

/** @param dto of its request documents, which also say what values it can have */
export function resourceSchemas(resource: Resource, dto: Type<object> | undefined): SchemasObject {
  const names = schemaNames(resource);
  const attributes = attributeSchemas(resource, dto);
  const type: SchemaObject = { type: 'string', const: resource.type };
  const compound = { included: includedSchema(resource) };
  return {
    [names.resource]: {
      ...closed(
        {
          type,
          id: ref('Id'),
          attributes: sparse(mapped(attributes, asShown)),
          relationships: sparse(mapped(resource.relationships, relationshipSchema)),
          links: ref('SelfLink'),
          ...metaSchema(resource),
        },
        resource.softDelete ? ['meta', 'links'] : ['meta'],
      ),
      ...(resource.description && { description: resource.description }),
    },
    ...identifierSchemas(resource),
    [names.document]: closed(
      { jsonapi: ref('JsonApi'), links: ref('SelfLink'), data: ref(names.resource), ...compound },
      ['included'],
    ),
    [names.collection]: closed(
      {
        jsonapi: ref('JsonApi'),
        links: ref('CollectionLinks'),
        data: { type: 'array', items: ref(names.resource) },
        ...compound,
        meta: ref('CollectionMeta'),
      },
      ['included', 'meta'],
    ),
    ...(dto && {
      [names.create]: requestSchema(resource, attributes, type, true),
      [names.update]: requestSchema(resource, attributes, type, false),
    }),
  };
}

/** What the relationships lead to. */
const targetsOf = ({ relationships }: Resource): Resource[] =>
  Object.values(relationships).flatMap((one) => (one.kind === 'to-one' ? [one.resource] : []));

/** Of what the relationships lead to. */
function identifierSchemas(resource: Resource): SchemasObject {
  return Object.fromEntries(
    targetsOf(resource).map((target) => [
      schemaNames(target).identifier,
      closed({ type: { type: 'string', const: target.type }, id: ref('Id') }),
    ]),
  );
}

function includedSchema(resource: Resource): SchemaObject {
  const types = new Set(targetsOf(resource).flatMap((target) => [...reachable(target).values()]));
  const [only, ...others] = [...types].map((target) => ref(schemaNames(target).resource));
  const items = others.length > 0 ? { anyOf: [only ?? {}, ...others] } : (only ?? {});
  return { type: 'array', items, ...(only ? {} : { maxItems: 0 }), description: 'With `include`.' };
}

/** The attributes as requests may have them, where a rule of the DTO says so, and otherwise as they are. */
function attributeSchemas(resource: Resource, dto: Type<object> | undefined): Record<string, SchemaObject> {
  const rules = dto ? requestSchemas(dto) : {};
  return mapped(resource.attributes, ({ type, nullable, description }, name) => {
    const schema = rules[name] ?? TYPES[type];
    return { ...(nullable ? orNull(schema) : schema), ...(description && { description }) };
  });
}

/** What documents show may have come from elsewhere: of the rules for texts and lists only the allowed values hold. */
function asShown({ minLength, maxLength, pattern, maxItems, items, ...schema }: SchemaObject): SchemaObject {
  void [minLength, maxLength, pattern, maxItems];
  return { ...schema, ...(items && { items: asShown(items as SchemaObject) }) };
}

function orNull(schema: SchemaObject): SchemaObject {
  return {
    ...schema,
    type: [schema.type ?? [], 'null' as const].flat(),
    ...(schema.enum && { enum: [...(schema.enum as unknown[]), null] }),
  };
}

/** Members that `fields` can leave out. */
const sparse = (properties: SchemaObject['properties'] = {}): SchemaObject =>
  closed(properties, Object.keys(properties));

function metaSchema({ showsPermissions, softDelete }: Resource): { meta?: SchemaObject } {
  if (!showsPermissions && !softDelete) return {};
  const permissions = showsPermissions ? AUTHORIZATIONS.map((name) => [name, PERMISSION]) : [];
  const deletedAt = softDelete ? [['deletedAt', DELETED_AT]] : [];
  const properties = Object.fromEntries([...permissions, ...deletedAt]) as Record<string, SchemaObject>;
  return { meta: softDelete ? sparse(properties) : closed(properties) };
}

const PERMISSION: SchemaObject = {
  type: 'boolean',
  description: 'With `provideAuthorizationMeta=true`: whether a PATCH or DELETE with the same token would be allowed.',
};

const DELETED_AT: SchemaObject = {
  type: 'string',
  format: 'date-time',
  description: 'Only on one that has been deleted and is included with what it was given to; it has no links.',
};

function relationshipSchema(relationship: Relationship): SchemaObject {
  const description = relationship.description && { description: relationship.description };
  if (relationship.kind === 'linked') return { ...closed({ links: ref('RelatedLink') }), ...description };
  const { identifier } = schemaNames(relationship.resource);
  const data = { anyOf: [ref(identifier), { type: 'null' as const }] };
  return { ...closed({ data, links: ref('RelatedLink') }, ['links']), ...description };
}

function requestSchema(
  resource: Resource,
  attributes: Record<string, SchemaObject>,
  type: SchemaObject,
  creates: boolean,
): SchemaObject {
  const writable = Object.entries(resource.attributes).filter(([, { readOnly }]) => !readOnly);
  const required = writable.filter(([, attribute]) => creates && attribute.required).map(([name]) => name);
  const links = Object.entries(resource.relationships).flatMap(([name, relationship]) =>
    relationship.kind === 'to-one' && !relationship.readOnly ? [[name, linkage(relationship.resource)]] : [],
  );
  // Members that a document should not have are ignored, but not attributes and relationships.
  const data: SchemaObject = {
    type: 'object',
    properties: {
      type,
      ...(!creates && { id: ref('RequestId') }),
      attributes: {
        type: 'object',
        properties: Object.fromEntries(writable.map(([name]) => [name, attributes[name] ?? {}])),
        ...(required.length > 0 && { required }),
        additionalProperties: false,
      },
      ...(links.length > 0 && { relationships: sparse(Object.fromEntries(links) as SchemaObject['properties']) }),
    },
    required: ['type', ...(creates ? [] : ['id']), ...(required.length > 0 ? ['attributes'] : [])],
  };
  return { type: 'object', properties: { data }, required: ['data'] };
}

const linkage = ({ type }: Resource): SchemaObject => {
  const identifier: SchemaObject = {
    type: 'object',
    properties: { type: { type: 'string', const: type }, id: ref('RequestId') },
    required: ['type', 'id'],
  };
  return { type: 'object', properties: { data: { anyOf: [identifier, { type: 'null' }] } }, required: ['data'] };
};

const mapped = <Value, Result>(record: Record<string, Value>, map: (value: Value, name: string) => Result) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
