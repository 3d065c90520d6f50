import type { ContentObject, ResponseObject, ResponsesObject, SchemaObject } from 'openapi3-ts/oas31';
import { ERROR_KINDS, type ErrorCode } from '../json-api/errors/json-api-error.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { type Api, type Installation, type Operation, hasEtag, words } from './declarations.js';
import { exampleDocuments } from './examples.js';
import { headersOf } from './headers.js';
import { closed, ref, schemaNames } from './schemas.js';

// Step 3 of the OpenAPI document, continued: responses, with errors.

/** What the operation answers, by status. */
export function responsesOf(operation: Operation, api: Api): ResponsesObject {
  const { content, method, status } = operation;
  const notModified = method === 'GET' && hasEtag(content);
  const responses: ResponsesObject = {
    [status]: { ...success(operation, api), headers: headersOf(operation, status, api) },
    ...(notModified && {
      304: { description: '`If-None-Match` names what there is.', headers: headersOf(operation, 304, api) },
    }),
    ...(method === 'PATCH' && {
      204: { description: 'It is changed, and the token may not read it.', headers: headersOf(operation, 204, api) },
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
  add(heedsPrecondition || (method === 'GET' && hasEtag(content)), 'preconditionFailed');
  add(method === 'DELETE', 'payloadTooLarge');
  add(takesDocument, ...OF_DOCUMENTS);
  // An id that the client made.
  add(takesDocument && !hasId, 'unauthorizedRequest');
  return codes;
}
