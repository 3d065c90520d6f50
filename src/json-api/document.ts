import { formatParameters } from './query/parameters.js';
import { encodeCursor } from './query/cursor.js';
import type { CollectionQuery, View } from './query/query.js';
import type { Resource, ResourceRow, Viewer } from './resource.js';
import { toOne } from './resource.js';
import type { MetaDocument } from './json-api.decorators.js';
import type { PageOfRows } from './sql/select.js';

/** Who a document is for, and where its links lead. */
export interface Audience {
  /** The API's absolute URL, without a trailing slash. */
  baseUrl: string;
  integerIds: boolean;
  viewer: Viewer;
}

/** A row with the resource that it is one of. */
export type Included = [resource: Resource, row: ResourceRow];

const JSON_API = { version: '1.1' };

/** The document of one resource. `self` is the URL of the document. */
export function resourceDocument(
  resource: Resource,
  row: ResourceRow,
  included: Included[],
  view: View,
  audience: Audience,
  self: string,
) {
  return {
    jsonapi: JSON_API,
    links: { self },
    data: resourceObject(resource, row, view, audience),
    ...compound(included, view, audience),
  };
}

/** The document of a page of a collection. */
export function collectionDocument(
  resource: Resource,
  page: PageOfRows,
  included: Included[],
  query: CollectionQuery,
  audience: Audience,
) {
  return {
    jsonapi: JSON_API,
    links: pageLinks(`${audience.baseUrl}/${resource.path}`, page, query),
    data: page.rows.map((row) => resourceObject(resource, row, query, audience)),
    ...compound(included, query, audience),
    ...(page.count && { meta: { count: page.count.total, count_truncated: page.count.truncated } }),
  };
}

/** A document without primary data, at the API's base URL. */
export function metaDocument({ meta, links }: MetaDocument, { baseUrl }: Pick<Audience, 'baseUrl'>) {
  const absolute = Object.entries(links).map(([name, path]) => [name, `${baseUrl}/${path}`]);
  return {
    jsonapi: JSON_API,
    links: { self: baseUrl, ...(Object.fromEntries(absolute) as Record<string, string>) },
    meta,
  };
}

/** The URL of a resource. */
export const selfLink = (resource: Resource, id: string, { baseUrl }: Pick<Audience, 'baseUrl'>): string =>
  `${baseUrl}/${resource.path}/${id}`;

/** A URL with a query string, if there are parameters. */
export const withParameters = (url: string, parameters: { name: string; value: string }[]): string =>
  parameters.length > 0 ? `${url}?${formatParameters(parameters)}` : url;

function resourceObject(resource: Resource, row: ResourceRow, view: View, audience: Audience) {
  const shown = view.fields.get(resource.type);
  const names = (of: object) => Object.keys(of).filter((name) => !shown || shown.has(name));
  const values = row as unknown as Record<string, unknown>;
  return {
    type: resource.type,
    id: documentId(row.id, audience),
    attributes: Object.fromEntries(names(resource.attributes).map((name) => [name, values[name]])),
    relationships: Object.fromEntries(
      names(resource.relationships).map((name) => [name, relationshipObject(resource, row, name, audience)]),
    ),
    links: { self: selfLink(resource, row.id, audience) },
    ...(view.authorizationMeta &&
      resource.authorizationMeta && { meta: resource.authorizationMeta(audience.viewer, row) }),
  };
}

function relationshipObject(resource: Resource, row: ResourceRow, name: string, audience: Audience) {
  const relationship = resource.relationships[name];
  if (relationship?.kind === 'linked')
    return { links: { related: `${audience.baseUrl}/${relationship.related(row.id)}` } };

  const target = toOne(resource, name)?.resource;
  const id = (row as unknown as Record<string, string | null>)[name];
  if (!target || !id) return { data: null };
  return {
    data: { type: target.type, id: documentId(id, audience) },
    links: { related: selfLink(target, id, audience) },
  };
}

function compound(included: Included[], view: View, audience: Audience) {
  if (view.include.size === 0 && !view.parameters.some(({ family }) => family === 'include')) return {};
  return { included: included.map(([resource, row]) => resourceObject(resource, row, view, audience)) };
}

const documentId = (id: string, { integerIds }: Audience): string | number => (integerIds ? Number(id) : id);

function pageLinks(url: string, page: PageOfRows, { parameters, order }: CollectionQuery) {
  const others = parameters.filter(({ name }) => !['page[after]', 'page[before]', 'page[offset]'].includes(name));
  const link = (name?: string, value = '') => withParameters(url, name ? [...others, { name, value }] : others);
  const neighbour = (name: string, place: PageOfRows['next']) => {
    if (place === null) return undefined;
    return typeof place === 'number' ? link('page[offset]', String(place)) : link(name, encodeCursor(place, order));
  };
  return {
    self: withParameters(url, parameters),
    first: link(),
    prev: neighbour('page[before]', page.previous),
    next: neighbour('page[after]', page.next),
    last: page.last === undefined ? undefined : link('page[offset]', String(page.last)),
  };
}
