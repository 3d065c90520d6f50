import type { ParameterObject, ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { IDEMPOTENCY_KEY as REPEATABLE_KEY } from '../idempotency/idempotency-key.js';
import { OPERATORS } from '../json-api/query/filter.js';
import { reachable } from '../json-api/query/include.js';
import { DEFAULT_PAGE_SIZE, MAX_OFFSET, MAX_PAGE_SIZE } from '../json-api/query/page.js';
import { type Attribute, type Resource, attributeOf, toOne } from '../json-api/resource.js';
import { type Operation, hasEtag } from './declarations.js';
import { exampleOf } from './examples.js';

// Step 3 of the OpenAPI document, continued: the parameters of requests, in path, query and headers.

type Parameter = ParameterObject | ReferenceObject;

/** What may be asked of the operation. */
export const parametersOf = (operation: Operation): Parameter[] => [
  ...(operation.hasId ? [ID] : []),
  ...queryParameters(operation),
  ...headerParameters(operation),
];

function queryParameters({ content }: Operation): Parameter[] {
  if (content.kind === 'collection') return collectionParameters(content.resource);
  return content.kind === 'one' ? viewParameters(content.resource) : [];
}

const headerParameters = ({ content, heedsPrecondition, method }: Operation): Parameter[] => [
  ...(method === 'GET' && hasEtag(content) ? [IF_NONE_MATCH, IF_MATCH] : []),
  ...(heedsPrecondition ? [IF_MATCH_OF_CHANGE, IF_NONE_MATCH_OF_CHANGE] : []),
  ...(method === 'POST' ? [IDEMPOTENCY_KEY] : []),
  REQUEST_ID,
];

const query = (name: string, description: string, schema: SchemaObject): ParameterObject => ({
  name,
  in: 'query',
  description,
  schema,
});

const text = (name: string, description: string) => query(name, description, { type: 'string' });

/** Off unless given; without a default, which the interactive page would send. */
const flag = (name: string, description: string) => query(name, description, { type: 'boolean' });

const number = (name: string, description: string, range: SchemaObject) =>
  query(name, description, { type: 'integer', ...range });

/** Comma-separated values, each one of those. No parameter has an `example`: the interactive page would send it. */
const list = (
  name: string,
  description: string,
  values: string[],
  range: Partial<SchemaObject> = {},
): ParameterObject => ({
  name,
  in: 'query',
  description,
  style: 'form',
  explode: false,
  schema: { type: 'array', items: { type: 'string', enum: values }, ...range },
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
  // Without a default, which the interactive page would send along with those of the cursors.
  pageLimit: number('page[limit]', 'Resources on a page, with pages by offset; not together with cursors.', {
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
  }),
  pageOffset: number('page[offset]', 'Resources to pass over; not together with cursors.', {
    minimum: 0,
    maximum: MAX_OFFSET,
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
function viewParameters(resource: Resource): Parameter[] {
  const paths = includePaths(resource);
  const include = list('include', 'Related resources, those on the way too.', paths);
  const fields = [...reachable(resource).values()].map(({ type, attributes, relationships }) => {
    const names = [...Object.keys(attributes), ...Object.keys(relationships)];
    return list(`fields[${type}]`, `The attributes and relationships of ${type} to show.`, names);
  });
  return [...(paths.length > 0 ? [include] : []), ...fields, ...refs(OF_VIEWS)];
}

/** What may be asked of a collection. */
function collectionParameters(resource: Resource): Parameter[] {
  const targets = filterTargets(resource);
  return [
    ...targets.map(filter),
    sort(resource),
    ...viewParameters(resource),
    ...refs(OF_COLLECTIONS),
    ...targets.flatMap(newFilters),
  ];
}

function sort(resource: Resource): ParameterObject {
  const names = ['id', ...namesOf(resource, ({ sortable }) => sortable)];
  return list(
    'sort',
    `Ascending, or with a minus descending. Otherwise by \`${resource.defaultSort.join()}\`. Ties end in \`id\`.`,
    names.flatMap((name) => [name, `-${name}`]),
  );
}

/** What a filter can be on. */
interface FilterTarget {
  /** Such as `filter[name]`. */
  parameter: string;
  /** For people. */
  name: string;
  type: Attribute['type'];
  example: string;
}

function filterTargets(resource: Resource): FilterTarget[] {
  const id = { type: 'integer', example: '1' } as const;
  const relationships = Object.keys(resource.relationships).filter((name) => toOne(resource, name)?.filterable);
  return [
    { parameter: 'filter[id]', name: 'the id', ...id },
    ...namesOf(resource, ({ filterable }) => filterable).map((name) => ({
      parameter: `filter[${name}]`,
      name: `\`${name}\``,
      type: attributeOf(resource, name)?.type ?? 'string',
      example: String(exampleOf(resource, name)),
    })),
    ...relationships.map((name) => ({ parameter: `filter[${name}][id]`, name: `the id of \`${name}\``, ...id })),
  ];
}

const SYNTAX =
  'comma-separated values (any of them), a range `from..to` with both ends in it (`neginf` and `inf` for open ends), `__null__` or `__notnull__`';

const filter = ({ parameter, name, example }: FilterTarget): ParameterObject =>
  text(parameter, `Such as \`${example}\`: ${name} must be one of ${SYNTAX}.`);

function newFilters({ parameter, name, type }: FilterTarget): ParameterObject[] {
  const schema: SchemaObject = { type: type === 'integer' ? 'integer' : 'string' };
  const anyOf: ParameterObject = {
    name: `${parameter}[]`,
    in: 'query',
    description: `With \`newFilterSyntax=true\`: ${name} is any of the values.`,
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string' } },
  };
  const comparisons = Object.entries(OPERATORS).map(([suffix, operator]) =>
    query(`${parameter}[${suffix}]`, `With \`newFilterSyntax=true\`: ${name} ${operator} the value.`, schema),
  );
  return [anyOf, ...comparisons];
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

const ID: ParameterObject = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'A positive integer.',
  schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
  example: '7',
};

const condition = (name: 'If-Match' | 'If-None-Match', description: string): ParameterObject => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
});

const IF_NONE_MATCH = condition('If-None-Match', 'Entity tags of what the client has: then the answer is 304.');
const IF_MATCH = condition('If-Match', 'Entity tags of what may be read: otherwise the answer is 412.');
const IF_MATCH_OF_CHANGE = condition(
  'If-Match',
  'Entity tags of the states that may be changed: otherwise the answer is 412.',
);
const IF_NONE_MATCH_OF_CHANGE = condition(
  'If-None-Match',
  'Entity tags of the states that may not be changed: then the answer is 412.',
);

const IDEMPOTENCY_KEY: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A string of your own making, in quotes, the same for each repetition of the request: it is done once, and for 24 hours its ' +
    'repetitions get the first answer.',
  schema: { type: 'string', ...REPEATABLE_KEY },
};

const REQUEST_ID: ParameterObject = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'An id for the request in the log, of up to 128 letters, digits and `._:/+=@-`.',
  schema: { type: 'string' },
};
