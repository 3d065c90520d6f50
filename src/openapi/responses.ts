import type {
  ContentObject,
  HeaderObject,
  HeadersObject,
  ResponseObject,
  ResponsesObject,
  SchemaObject,
} from 'openapi3-ts/oas31';
import { ERROR_KINDS, type ErrorCode } from '../json-api/errors/json-api-error.js';
import { SECURITY_HEADERS } from '../json-api/nest/security-headers.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { type Api, type Installation, type Operation, hasEtag, words } from './declarations.js';
import { exampleDocuments } from './examples.js';
import { closed, ref, schemaNames } from './schemas.js';

// Step 3 of the OpenAPI document, continued: responses, with errors and headers.

/** What the operation answers, by status. */
export function responsesOf(operation: Operation, api: Api): ResponsesObject {
  const { content, method, status } = operation;
  const notModified = method === 'GET' && hasEtag(content);
  const responses: ResponsesObject = {
    [status]: { ...success(operation, api), headers: headersOf(operation, status, api) },
    ...(notModified && {
      304: { description: '`If-None-Match` names what there is.', headers: headersOf(operation, 304, api) },
    }),
  };
  for (const [of, codes] of errorsOf(operation, api)) {
    responses[of] = { $ref: `#/components/responses/${errorName(operation, codes)}` };
  }
  return responses;
}

/** What the operation answers to what it can't do, by the names that {@link responsesOf} refers to. */
export function errorComponents(operation: Operation, api: Api): ResponsesObject {
  const errors = [...errorsOf(operation, api)];
  return Object.fromEntries(
    errors.map(([status, codes]) => [
      errorName(operation, codes),
      { ...errorResponse(status, codes), headers: headersOf(operation, status, api) },
    ]),
  );
}

/** Operations with the same faults share the answers, as long as their headers are the same too. */
function errorName({ access, method }: Operation, codes: ErrorCode[]): string {
  const apart = [
    access.kind === 'public' && 'public',
    method === 'POST' && codes.includes('conflict') && 'repeatable',
    codes.includes('unsupportedMediaType') && method.toLowerCase(),
  ];
  return [...codes, ...apart.filter(Boolean)].join('.');
}

function success({ content, method }: Operation, api: Api): ResponseObject {
  switch (content.kind) {
    case 'nothing':
      return { description: `The ${words(content.resource.type)} is gone.` };
    case 'file':
      return {
        description: `The ${content.name}.`,
        content: { [content.mediaType]: { schema: { type: 'object' } } },
      };
    case 'meta':
      return { description: `The ${content.name}.`, content: jsonApi(metaSchema(content, api)) };
    case 'one': {
      const { type } = content.resource;
      const { one } = exampleDocuments(content.resource, api);
      const done = { GET: '', POST: ' as it was made', PATCH: ' as it is now', DELETE: '' }[method];
      return {
        description: `The ${words(type)}${done}.`,
        content: jsonApi(ref(schemaNames(content.resource).document), one),
      };
    }
    case 'collection': {
      const { collection } = exampleDocuments(content.resource, api);
      return {
        description: `A page of ${words(content.resource.path)}.`,
        content: jsonApi(ref(schemaNames(content.resource).collection), collection),
      };
    }
  }
}

function metaSchema({ meta, links }: { meta: SchemaObject; links: Record<string, string> }, { resources }: Api) {
  const named = Object.entries(links).map(([name, description]) => [name, { ...ref('Link'), description }] as const);
  const collections = resources.map(({ path }) => [path, ref('Link')] as const);
  const allLinks = Object.fromEntries([['self', ref('Link')] as const, ...collections, ...named]);
  return closed({ jsonapi: ref('JsonApi'), links: closed(allLinks), meta });
}

function errorResponse(status: number, codes: ErrorCode[]): ResponseObject {
  const error: SchemaObject = {
    type: 'object',
    properties: { status: { const: String(status) }, code: { enum: codes } },
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_KINDS[code][2]}`).join('\n\n'),
    content: jsonApi(
      closed({
        jsonapi: ref('JsonApi'),
        errors: { type: 'array', minItems: 1, items: { allOf: [ref('Error'), error] } },
      }),
    ),
  };
}

const jsonApi = (schema: SchemaObject, example?: unknown): ContentObject => ({
  [JSON_API_MEDIA_TYPE]: { schema, ...(example !== undefined && { example }) },
});

/** What any request can meet. */
const ANYWHERE: ErrorCode[] = [
  'badRequest',
  'notAcceptable',
  'requestTimeout',
  'uriTooLong',
  'headersTooLarge',
  'internalServerError',
  'serviceUnavailable',
];

const OF_DOCUMENTS: ErrorCode[] = ['conflict', 'payloadTooLarge', 'unsupportedMediaType', 'validationError'];

/** The codes that the operation can fail with, by status: they follow from what it takes and what it asks for. */
function errorsOf(operation: Operation, { isRateLimited }: Installation): Map<number, ErrorCode[]> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
    if (!codesOf(operation, isRateLimited).has(code)) continue;
    const [status] = ERROR_KINDS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function codesOf(operation: Operation, isRateLimited: boolean): Set<ErrorCode> {
  const { access, content, hasId, heedsPrecondition, isGuarded, method, takesDocument } = operation;
  const codes = new Set<ErrorCode>(ANYWHERE);
  const add = (condition: boolean, ...more: ErrorCode[]) => condition && more.forEach((code) => codes.add(code));
  add(access.kind !== 'public', 'unauthorized');
  add(access.kind !== 'public' && isRateLimited, 'rateLimitExceeded');
  add(access.kind === 'scoped', 'unauthorizedOauthScope');
  // Queries are checked where there is a document to ask something of.
  add(content.kind !== 'nothing' && content.kind !== 'file', 'invalidQueryParameter');
  add(content.kind === 'collection' || content.kind === 'one', 'validationError');
  add(hasId, 'resourceNotFound');
  add(hasId && isGuarded && method !== 'GET', 'unauthorizedRequest');
  add(heedsPrecondition, 'preconditionFailed');
  add(method === 'DELETE', 'payloadTooLarge');
  add(takesDocument, ...OF_DOCUMENTS);
  // An id that the client made.
  add(takesDocument && !hasId, 'unauthorizedRequest');
  return codes;
}

const integer = (description: string): HeaderObject => ({
  description,
  required: true,
  schema: { type: 'integer', minimum: 0 },
});

const text = (description: string, example: string): HeaderObject => ({
  description,
  required: true,
  schema: { type: 'string' },
  example,
});

const RATE_LIMIT = {
  'X-RateLimit-Limit': integer('How many requests the user may make in an hour of the clock; 1000000000: any number.'),
  'X-RateLimit-Remaining': integer('How many are left in this hour.'),
  'X-RateLimit-Reset': integer('When the next hour begins, in seconds since 1970.'),
};

const CORS = {
  'Access-Control-Allow-Origin': {
    description: 'The origin of the page that asks, where it may.',
    schema: { type: 'string' },
  },
  'Access-Control-Expose-Headers': { description: 'What such a page may read.', schema: { type: 'string' } },
} satisfies HeadersObject;

const ON_EVERY_ANSWER: HeadersObject = {
  'X-Request-Id': text("The request's id in the log: the caller's, if it sent a sane one.", 'c7d2c8a4'),
  Vary: text('The request headers that the answer depends on.', 'Accept'),
  ...Object.fromEntries(
    Object.entries(SECURITY_HEADERS).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      { description: 'The same on every answer.', required: true, schema: { type: 'string', const: value } },
    ]),
  ),
};

const HEADERS = {
  ...RATE_LIMIT,
  ...ON_EVERY_ANSWER,
  ETag: text('Names what the document shows, for `If-None-Match` and `If-Match`.', '"7.1.0-Fv8mSe2uLa0XcPq1"'),
  Location: text('The URL of the new resource, its `links.self`.', 'https://calls.example.com/api/v2/callPurposes/7'),
  'WWW-Authenticate': text(
    'What is wrong with the token (RFC 6750).',
    'Bearer error="invalid_token", error_description="The bearer token is expired."',
  ),
  'Retry-After': integer('Seconds until the request may be made again.'),
  'Idempotent-Replayed': {
    description: 'That this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
  },
  ...CORS,
} satisfies HeadersObject;

/** What a document that is refused for its type should be; that of one which is encoded says that alone. */
const OF_REFUSED_DOCUMENTS = {
  Accept: text('The media type of request documents.', JSON_API_MEDIA_TYPE),
  'Accept-Patch': text('The media type of request documents.', JSON_API_MEDIA_TYPE),
  'Accept-Encoding': text('What request documents may be encoded as.', 'identity'),
} satisfies HeadersObject;

/** The headers that answers have here, by name; an answer says which of them it has. */
export function headerComponents({ allowsOrigins }: Installation): HeadersObject {
  const absent = allowsOrigins ? [] : Object.keys(CORS);
  return Object.fromEntries(Object.entries(HEADERS).filter(([name]) => !absent.includes(name)));
}

type HeaderName = keyof typeof HEADERS;

const BY_STATUS: Record<number, HeaderName[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The headers of the operation's answers of that status, as references. */
function headersOf(
  { access, content, method }: Operation,
  status: number,
  { allowsOrigins }: Installation,
): HeadersObject {
  const names: string[] = [...Object.keys(ON_EVERY_ANSWER), ...(BY_STATUS[status] ?? [])];
  const counts = access.kind !== 'public';
  // Answers from before the token was checked do not say how many requests its user has left.
  if (counts && (status < 400 || status === 429)) names.push(...Object.keys(RATE_LIMIT));
  if (allowsOrigins) names.push(...Object.keys(CORS));
  if (status < 400 && hasEtag(content)) names.push('ETag');
  if (status === 201 && method === 'POST') names.push('Location', 'Idempotent-Replayed');
  const headers: HeadersObject = Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  const optional = counts && status >= 400 && status !== 429 ? Object.entries(RATE_LIMIT) : [];
  for (const [name, header] of optional) headers[name] = { ...header, required: false };
  // Where another request with the same key is under way.
  if (status === 409 && method === 'POST') headers['Retry-After'] = { ...HEADERS['Retry-After'], required: false };
  const accepts = method === 'PATCH' ? 'Accept-Patch' : 'Accept';
  for (const name of status === 415 ? ([accepts, 'Accept-Encoding'] as const) : [])
    headers[name] = { ...OF_REFUSED_DOCUMENTS[name], required: false };
  if (status === 403) headers['WWW-Authenticate'] = { ...HEADERS['WWW-Authenticate'], required: false };
  return headers;
}
