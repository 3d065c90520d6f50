import type { SchemaObject, SchemasObject } from 'openapi3-ts/oas31';
import { ERROR_KINDS } from '../json-api/errors/json-api-error.js';
import { reachable } from '../json-api/query/include.js';
import { requestSchemas } from '../json-api/requests/request-schemas.js';
import { AUTHORIZATIONS, type Attribute, type Relationship, type Resource } from '../json-api/resource.js';
import { type Installation, capitalized } from './declarations.js';

// Step 2 of the OpenAPI document: schemas, of the protocol and of each resource.

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** An object with those members and no other; all but the optional ones are always there. */
export const closed = (properties: SchemaObject['properties'] = {}, optional: string[] = []): SchemaObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

/** The schemas that every document is made of. */
export function protocolSchemas({ integerIds }: Installation): SchemasObject {
  return {
    Id: integerIds
      ? { type: 'integer', minimum: 1, description: 'A positive integer.', examples: [7] }
      : { type: 'string', pattern: '^[1-9][0-9]*$', description: 'A positive integer, as a string.', examples: ['7'] },
    RequestId: {
      type: ['string', 'integer'],
      pattern: '^[1-9][0-9]{0,15}$',
      minimum: 1,
      description: 'Both forms are good in requests.',
    },
    Link: { type: 'string', format: 'uri', description: 'An absolute URL.' },
    JsonApi: closed({ version: { type: 'string', const: '1.1' } }),
    SelfLink: closed({ self: ref('Link') }),
    RelatedLink: closed({ related: ref('Link') }),
    CollectionLinks: {
      ...closed(Object.fromEntries(['self', 'first', 'prev', 'next', 'last'].map((name) => [name, ref('Link')])), [
        'prev',
        'next',
        'last',
      ]),
      description: '`prev` and `next` are left out at the ends; `last` is there when pages go by offset.',
    },
    CollectionMeta: {
      ...closed({
        count: { type: 'integer', minimum: 0, description: 'How many resources the collection has under the filters.' },
        count_truncated: { type: 'boolean', description: 'Whether there are more than were counted.' },
      }),
      description: 'With `count=true`.',
    },
    Error: {
      ...closed(
        {
          id: { type: 'string', description: 'Repeats the code.' },
          status: { type: 'string', pattern: '^[45][0-9][0-9]$' },
          code: {
            type: 'string',
            enum: Object.keys(ERROR_KINDS),
            description: Object.entries(ERROR_KINDS)
              .map(([code, [status, , meaning]]) => `- \`${code}\` (${status}): ${meaning}`)
              .join('\n'),
          },
          title: { type: 'string' },
          detail: { type: 'string' },
          source: ref('ErrorSource'),
          links: {
            ...closed({ about: ref('Link') }),
            description: 'The resource that the error is about: of a name that is taken, the one that has it.',
          },
        },
        ['source', 'links'],
      ),
    },
    ErrorSource: {
      description: 'What in the request is at fault.',
      oneOf: [
        closed({ pointer: { type: 'string', description: 'A JSON Pointer into the document.' } }),
        closed({ parameter: { type: 'string', description: 'The name of a query parameter.' } }),
        closed({ header: { type: 'string', description: 'The name of a header.' } }),
      ],
    },
  };
}

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

export function resourceSchemas(resource: Resource): SchemasObject {
  const names = schemaNames(resource);
  const attributes = attributeSchemas(resource);
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
export function attributeSchemas({ attributes, dto }: Resource): Record<string, SchemaObject> {
  const rules = dto ? requestSchemas(dto) : {};
  return mapped(attributes, ({ type, nullable, description }, name) => {
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
export const sparse = (properties: SchemaObject['properties'] = {}): SchemaObject =>
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

const mapped = <Value, Result>(record: Record<string, Value>, map: (value: Value, name: string) => Result) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
