import { collectionDocument, resourceDocument, selfLink } from '../json-api/documents/document.js';
import { parseCollectionQuery, parseView } from '../json-api/query/query.js';
import { requestSchemas } from '../json-api/requests/request-schemas.js';
import { type Attribute, type Resource, type ResourceRow, attributeOf, toOne } from '../json-api/resource.js';
import type { Audience } from '../json-api/documents/serializer.js';
import type { Installation } from './declarations.js';

const OF_TYPES: Record<Attribute['type'], unknown> = {
  string: 'text',
  integer: 1,
  'date-time': '2026-11-24T08:25:24.874Z',
  'string-array': ['text'],
};

export const EXAMPLE_ID = '7';

/** A value that the attribute can have: the declared one, the first of those allowed, or any of its type. */
export function exampleOf(resource: Resource, name: string): unknown {
  const attribute = attributeOf(resource, name);
  const allowed = resource.dto && (requestSchemas(resource.dto)[name]?.enum as unknown[] | undefined);
  return attribute?.example ?? allowed?.[0] ?? (attribute && OF_TYPES[attribute.type]);
}

/** Documents as the service makes them, of a row of example values. */
export function exampleDocuments(resource: Resource, { basePath, integerIds }: Installation) {
  const row = exampleRow(resource);
  const audience: Audience = {
    baseUrl: `https://calls.example.com${basePath}`,
    integerIds,
    viewer: { can: () => true, isAdministrator: true, key: '' },
  };
  const view = parseView(resource, '', audience.viewer);
  const query = parseCollectionQuery(resource, '', audience.viewer);
  const page = { rows: [row], previous: null, next: null };
  return {
    one: JSON.parse(
      resourceDocument(resource, row, [], view, audience, selfLink(resource, EXAMPLE_ID, audience)),
    ) as unknown,
    collection: JSON.parse(collectionDocument(resource, page, [], query, audience)) as unknown,
  };
}

function exampleRow(resource: Resource): ResourceRow {
  const attributes = Object.keys(resource.attributes).map((name) => [name, exampleOf(resource, name)]);
  const links = Object.keys(resource.relationships).map((name) => [name, toOne(resource, name) && '1']);
  return { id: EXAMPLE_ID, version: 1, ...Object.fromEntries([...attributes, ...links]) } as ResourceRow;
}
