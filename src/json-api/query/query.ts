import { JsonApiError, throwIfAny } from '../errors/json-api-error.js';
import type { Resource, Viewer } from '../resource.js';
import { type Filter, parseFilters } from './filter.js';
import { type IncludeTree, parseFields, parseInclude, reachable } from './include.js';
import { type Page, parsePage } from './page.js';
import { type Parameter, invalidParameter, parseParameters, unusableValue } from './parameters.js';
import { type Order, parseSort } from './sort.js';

/** What a request asks to see of the resources it is about. */
export interface View {
  include: IncludeTree;
  /** By resource type, the attributes and relationships to show; a type that is not there shows all. */
  fields: Map<string, Set<string>>;
  authorizationMeta: boolean;
  /** Every parameter of the request, for links. */
  parameters: Parameter[];
}

/** What a request asks of a collection. */
export interface CollectionQuery extends View {
  filters: Filter[];
  order: Order;
  page: Page;
  count: boolean;
}

const VIEW_FAMILIES = ['include', 'fields', 'provideAuthorizationMeta'];
const COLLECTION_FAMILIES = [
  ...VIEW_FAMILIES,
  'filter',
  'newFilterSyntax',
  'sort',
  'page',
  'count',
  // A switch of the Outreach API for a kind of meta that there is none of here; a sync connector always sends it.
  'provideDataConnections',
];
const FAMILIES_WITH_MEMBERS = ['filter', 'page', 'fields'];

/** For a document that nothing can be asked of. @throws JsonApiError or JsonApiErrors 400 */
export function refuseParameters(queryString: string): void {
  known(parseParameters(queryString), []);
}

/**
 * The query of a request for one resource.
 * @throws JsonApiError or JsonApiErrors: 400 and 422 as in {@link parseCollectionQuery}
 */
export function parseView(resource: Resource, queryString: string, viewer: Viewer): View {
  return view(resource, known(parseParameters(queryString), VIEW_FAMILIES), viewer);
}

/**
 * The query of a request for a collection.
 * @throws JsonApiError or JsonApiErrors: 400 for parameters, sorts and includes that do not exist, 403 for an
 * include that the viewer may not read, 422 for values that can't be used
 */
export function parseCollectionQuery(resource: Resource, queryString: string, viewer: Viewer): CollectionQuery {
  const parameters = known(parseParameters(queryString), COLLECTION_FAMILIES);
  // Has no effect, but is not free to be anything.
  flag(parameters, 'provideDataConnections');
  const order = parseSort(resource, single(parameters, 'sort')?.value);
  return {
    ...view(resource, parameters, viewer),
    filters: parseFilters(resource, family(parameters, 'filter'), flag(parameters, 'newFilterSyntax')),
    order,
    page: parsePage(family(parameters, 'page'), order),
    count: flag(parameters, 'count'),
  };
}

function view(resource: Resource, parameters: Parameter[], viewer: Viewer): View {
  const include = parseInclude(resource, single(parameters, 'include')?.value);
  refuseForbidden(include, viewer);
  return {
    include,
    fields: parseFields(reachable(resource), family(parameters, 'fields')),
    authorizationMeta: flag(parameters, 'provideAuthorizationMeta'),
    parameters,
  };
}

function known(parameters: Parameter[], families: string[]): Parameter[] {
  const unknown = parameters.filter(
    ({ family, members }) =>
      !families.includes(family) || members.length > 0 !== FAMILIES_WITH_MEMBERS.includes(family),
  );
  // The values of a list come under one name.
  const names = [...new Set(unknown.map(({ name }) => name))];
  throwIfAny(names, (name) => invalidParameter(name, `There is no query parameter '${name}' here.`));
  return parameters;
}

const family = (parameters: Parameter[], name: string) => parameters.filter((parameter) => parameter.family === name);

const single = (parameters: Parameter[], name: string) => parameters.find((parameter) => parameter.family === name);

function flag(parameters: Parameter[], name: string): boolean {
  const value = single(parameters, name)?.value ?? 'false';
  if (value !== 'true' && value !== 'false') throw unusableValue(name, `'${name}' must be true or false.`);
  return value === 'true';
}

function refuseForbidden(include: IncludeTree, viewer: Viewer): void {
  for (const [{ resource: target }, below] of include.values()) {
    if (!viewer.can('read', target.path)) {
      throw new JsonApiError(
        'unauthorizedOauthScope',
        `The token lacks the scope '${target.path}.read', which include needs.`,
        {
          parameter: 'include',
        },
      );
    }
    refuseForbidden(below, viewer);
  }
}
