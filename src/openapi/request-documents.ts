import type { RequestBodyObject, SchemaObject, SchemasObject } from 'openapi3-ts/oas31';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import type { Resource } from '../json-api/resource.js';
import { EXAMPLE_ID, exampleOf } from './examples.js';
import { attributeSchemas, ref, schemaNames, sparse } from './schemas.js';

// Step 3 of the OpenAPI document: what requests hold. Here their documents.

export const requestBody = (resource: Resource, creates: boolean): RequestBodyObject => ({
  required: true,
  description: creates
    ? 'Read-only members, and `id`, may be there as well when they are null.'
    : 'A whole resource may be sent back as it was read: read-only members that say what is so already are taken too.',
  content: {
    [JSON_API_MEDIA_TYPE]: {
      schema: ref(schemaNames(resource)[creates ? 'create' : 'update']),
      example: exampleRequest(resource, creates),
    },
  },
});

/** Of the documents that make and change a resource, where there are such. */
export function requestDocumentSchemas(resource: Resource): SchemasObject {
  if (!resource.dto) return {};
  const { create, update } = schemaNames(resource);
  return { [create]: requestSchema(resource, true), [update]: requestSchema(resource, false) };
}

function requestSchema(resource: Resource, creates: boolean): SchemaObject {
  const attributes = attributeSchemas(resource);
  const writable = Object.entries(resource.attributes).filter(([, { readOnly }]) => !readOnly);
  const required = writable.filter(([, attribute]) => creates && attribute.required).map(([name]) => name);
  const links = Object.entries(resource.relationships).flatMap(([name, relationship]) =>
    relationship.kind === 'to-one' && !relationship.readOnly ? [[name, linkage(relationship.resource)]] : [],
  );
  // Members that a document should not have are ignored, but not attributes and relationships.
  const data: SchemaObject = {
    type: 'object',
    properties: {
      type: { type: 'string', const: resource.type },
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

/** The document of a request that makes a resource, or changes the first of its attributes that can be changed. */
function exampleRequest(resource: Resource, creates: boolean): unknown {
  const writable = Object.keys(resource.attributes).filter((name) => !resource.attributes[name]?.readOnly);
  const shown = creates ? writable : writable.slice(0, 1);
  const attributes = Object.fromEntries(shown.map((name) => [name, exampleOf(resource, name)]));
  return { data: { type: resource.type, ...(!creates && { id: EXAMPLE_ID }), attributes } };
}
