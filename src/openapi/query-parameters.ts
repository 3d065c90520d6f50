import type { ParameterObject, ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { OPERATORS } from '../json-api/query/filter.js';
import { reachable } from '../json-api/query/include.js';
import { DEFAULT_PAGE_SIZE, MAX_OFFSET, MAX_PAGE_SIZE } from '../json-api/query/page.js';
import { type Attribute, type Resource, toOne } from '../json-api/resource.js';
import { exampleOf } from './examples.js';

type Parameter = ParameterObject | ReferenceObject;

const flag = (name: string, description: string): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema: { type: 'boolean', default: false },
});

const text = (name: string, description: string, example?: string): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
  ...(example !== undefined && { example }),
});

const number = (name: string, description: string, range: Partial<SchemaObject>): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', ...range },
});

/** Values with commas between them, each one of those. */
const list = (name: string, description: string, values: string[], example: string[]): ParameterObject => ({
  name,
  in: 'query',
  description,
  style: 'form',
  explode: false,
  schema: { type: 'array', items: { type: 'string', enum: values } },
  example,
});

/** The parameters that all collections have, by the names of their components. */
const OF_COLLECTIONS: Record<string, ParameterObject> = {
  newFilterSyntax: flag(
    'newFilterSyntax',
    'Allows `filter[…][]` and comparisons; commas and dots in filters are literal.',
  ),
  pageSize: number('page[size]', 'Resources on a page.', {
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
  }),
  pageAfter: text('page[after]', 'The cursor of `links.next`; good for the same sort only.'),
  pageBefore: text('page[before]', 'The cursor of `links.prev`; good for the same sort only.'),
  pageLimit: number('page[limit]', 'Resources on a page, with pages by offset; not together with cursors.', {
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
  }),
  pageOffset: number('page[offset]', 'Resources to pass over; not together with cursors.', {
    minimum: 0,
    maximum: MAX_OFFSET,
    default: 0,
  }),
  count: flag('count', 'Adds `meta.count` and `meta.count_truncated`.'),
  provideDataConnections: flag('provideDataConnections', 'Taken from clients of the Outreach API; has no effect.'),
};

const OF_VIEWS: Record<string, ParameterObject> = {
  provideAuthorizationMeta: flag(
    'provideAuthorizationMeta',
    'Adds what the caller may do with each resource as its `meta`.',
  ),
};

export const SHARED_PARAMETERS: Record<string, ParameterObject> = { ...OF_COLLECTIONS, ...OF_VIEWS };

const refs = (parameters: object): Parameter[] =>
  Object.keys(parameters).map((name) => ({ $ref: `#/components/parameters/${name}` }));

/** What may be asked of one resource. */
export function viewParameters(resource: Resource): Parameter[] {
  const paths = includePaths(resource);
  const include = list('include', 'Related resources, those on the way too.', paths, paths.slice(0, 1));
  const fields = [...reachable(resource).values()].map(({ type, attributes, relationships }) => {
    const names = [...Object.keys(attributes), ...Object.keys(relationships)];
    return list(`fields[${type}]`, `The attributes and relationships of ${type} to show.`, names, names.slice(0, 2));
  });
  return [...(paths.length > 0 ? [include] : []), ...fields, ...refs(OF_VIEWS)];
}

/** What may be asked of a collection. */
export function collectionParameters(resource: Resource): Parameter[] {
  return [...filters(resource), sort(resource), ...viewParameters(resource), ...refs(OF_COLLECTIONS)];
}

function sort(resource: Resource): ParameterObject {
  const names = ['id', ...namesOf(resource, ({ sortable }) => sortable)];
  const example = resource.defaultSort;
  const otherwise = `Otherwise by ${example.join(', ')}. Ties end in \`id\`.`;
  return list(
    'sort',
    `Ascending, or with a minus descending. ${otherwise}`,
    names.flatMap((name) => [name, `-${name}`]),
    example,
  );
}

function filters(resource: Resource): ParameterObject[] {
  const attributes = namesOf(resource, ({ filterable }) => filterable).map(
    (name): [on: string, what: string, attribute: Attribute | undefined, example: string] => [
      `filter[${name}]`,
      `\`${name}\``,
      resource.attributes[name],
      String(exampleOf(resource, name)),
    ],
  );
  const relationships = Object.keys(resource.relationships).filter((name) => toOne(resource, name)?.filterable);
  return [
    ...filter('filter[id]', 'the id', undefined, '1'),
    ...attributes.flatMap((one) => filter(...one)),
    ...relationships.flatMap((name) => filter(`filter[${name}][id]`, `the id of \`${name}\``, undefined, '1')),
  ];
}

const SYNTAX =
  'values with commas (any of them), a range `from..to` with both ends in it (`neginf` and `inf` for open ends), `__null__` or `__notnull__`';

/** @param attribute undefined for an id */
function filter(on: string, what: string, attribute: Attribute | undefined, example: string): ParameterObject[] {
  const schema: SchemaObject = { type: attribute && attribute.type !== 'integer' ? 'string' : 'integer' };
  const comparisons = Object.entries(OPERATORS).map(([name, operator]): ParameterObject => ({
    name: `${on}[${name}]`,
    in: 'query',
    description: `With \`newFilterSyntax=true\`: ${what} ${operator} the value.`,
    schema,
  }));
  const anyOf: ParameterObject = {
    name: `${on}[]`,
    in: 'query',
    description: `With \`newFilterSyntax=true\`: ${what} is any of the values.`,
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string' } },
  };
  return [text(on, `Where ${what} is one of: ${SYNTAX}.`, example), anyOf, ...comparisons];
}

const namesOf = ({ attributes }: Resource, holds: (attribute: Attribute) => true | undefined): string[] =>
  Object.keys(attributes).filter((name) => attributes[name] && holds(attributes[name]));

/** Every path to include that passes no resource twice; longer ones can be asked for, too. */
function includePaths(resource: Resource, passed: Resource[] = []): string[] {
  return Object.keys(resource.relationships).flatMap((name) => {
    const target = toOne(resource, name)?.resource;
    if (!target || target === resource || passed.includes(target)) return [];
    return [name, ...includePaths(target, [...passed, resource]).map((path) => `${name}.${path}`)];
  });
}
