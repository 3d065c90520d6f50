import { encodeCursor } from '../query/cursor.js';
import { formatParameters } from '../query/parameters.js';
import type { CollectionQuery, View } from '../query/query.js';
import type { Resource, ResourceRow } from '../resource.js';
import { type Audience, resourceObject } from './serializer.js';
import type { PageOfRows } from '../documents/page-of-rows.js';

/** A row with the resource that it is one of. */
export type Included = [resource: Resource, row: ResourceRow];

/** What a document without primary data shows. */
export interface MetaDocument {
  meta: Record<string, unknown>;
  /** Paths after the API's base URL. */
  links: Record<string, string>;
}

const JSON_API = '"jsonapi":{"version":"1.1"}';

/** The document of one resource, as JSON. `self` is the URL of the document. */
export function resourceDocument(
  resource: Resource,
  row: ResourceRow,
  included: Included[],
  view: View,
  audience: Audience,
  self: string,
): string {
  const data = resourceObject(resource, row, view, audience);
  return `{${JSON_API},"links":{"self":${JSON.stringify(self)}},"data":${data}${compound(included, view, audience)}}`;
}

/** The document of a page of a collection, as JSON. */
export function collectionDocument(
  resource: Resource,
  page: PageOfRows,
  included: Included[],
  query: CollectionQuery,
  audience: Audience,
): string {
  const links = JSON.stringify(pageLinks(`${audience.baseUrl}/${resource.path}`, page, query));
  const data = page.rows.map((row) => resourceObject(resource, row, query, audience)).join(',');
  const meta = page.count ? `,"meta":{"count":${page.count.total},"count_truncated":${page.count.truncated}}` : '';
  return `{${JSON_API},"links":${links},"data":[${data}]${compound(included, query, audience)}${meta}}`;
}

/** A document without primary data, at the API's base URL, as JSON. */
export function metaDocument({ meta, links }: MetaDocument, { baseUrl }: Pick<Audience, 'baseUrl'>): string {
  const absolute = Object.fromEntries(Object.entries(links).map(([name, path]) => [name, `${baseUrl}/${path}`]));
  return `{${JSON_API},"links":${JSON.stringify({ self: baseUrl, ...absolute })},"meta":${JSON.stringify(meta)}}`;
}

/** The URL of a resource. */
export const selfLink = (resource: Resource, id: string, { baseUrl }: Pick<Audience, 'baseUrl'>): string =>
  `${baseUrl}/${resource.path}/${id}`;

/** A URL with a query string, if there are parameters. */
export const withParameters = (url: string, parameters: { name: string; value: string }[]): string =>
  parameters.length > 0 ? `${url}?${formatParameters(parameters)}` : url;

function compound(included: Included[], view: View, audience: Audience): string {
  if (!view.parameters.some(({ family }) => family === 'include')) return '';
  return `,"included":[${included.map(([resource, row]) => resourceObject(resource, row, view, audience)).join(',')}]`;
}

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
