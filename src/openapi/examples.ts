import type { Type } from '@nestjs/common';
import { collectionDocument, resourceDocument, selfLink } from '../json-api/documents/document.js';
import { parseCollectionQuery, parseView } from '../json-api/query/query.js';
import { requestSchemas } from '../json-api/requests/request-schemas.js';
import { type Attribute, type Resource, type ResourceRow, attributeOf, toOne } from '../json-api/resource.js';
import type { Audience } from '../json-api/documents/serializer.js';
import type { Api } from './api.js';

const OF_TYPES: Record<Attribute['type'], unknown> = {
  string: 'text',
  integer: 1,
  'date-time': '2026-11-24T08:25:24.874Z',
  'string-array': ['text'],
};

const ID = '7';

/** A value that the attribute can have: the declared one, the first of those allowed, or any of its type. */
export function exampleOf(resource: Resource, name: string, dto?: Type<object>): unknown {
  const attribute = attributeOf(resource, name);
  const allowed = dto && (requestSchemas(dto)[name]?.enum as unknown[] | undefined);
  return attribute?.example ?? allowed?.[0] ?? (attribute && OF_TYPES[attribute.type]);
}

/** Documents as the service makes them, of a row of example values. */
export function exampleDocuments(resource: Resource, { basePath, integerIds, resources }: Api) {
  const row = exampleRow(resource, resources.get(resource));
  const audience: Audience = {
    baseUrl: `https://calls.example.com${basePath}`,
    integerIds,
    viewer: { can: () => true, isAdministrator: true, key: '' },
  };
  const view = parseView(resource, '', audience.viewer);
  const query = parseCollectionQuery(resource, '', audience.viewer);
  const page = { rows: [row], previous: null, next: null };
  return {
    one: JSON.parse(resourceDocument(resource, row, [], view, audience, selfLink(resource, ID, audience))) as unknown,
    collection: JSON.parse(collectionDocument(resource, page, [], query, audience)) as unknown,
  };
}

function exampleRow(resource: Resource, dto: Type<object> | undefined): ResourceRow {
  const attributes = Object.keys(resource.attributes).map((name) => [name, exampleOf(resource, name, dto)]);
  const links = Object.keys(resource.relationships).map((name) => [name, toOne(resource, name) && '1']);
  return { id: ID, version: 1, ...Object.fromEntries([...attributes, ...links]) } as ResourceRow;
}

/** The document of a request that makes a resource, or changes the first of its attributes that can be changed. */
export function exampleRequest(resource: Resource, dto: Type<object>, creates: boolean): unknown {
  const writable = Object.keys(resource.attributes).filter((name) => !resource.attributes[name]?.readOnly);
  const shown = creates ? writable : writable.slice(0, 1);
  const attributes = Object.fromEntries(shown.map((name) => [name, exampleOf(resource, name, dto)]));
  return { data: { type: resource.type, ...(!creates && { id: ID }), attributes } };
}
