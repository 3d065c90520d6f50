import type { ContentObject, ResponseObject, ResponsesObject, SchemaObject } from 'openapi3-ts/oas31';
import { ERROR_KINDS, type ErrorCode } from '../json-api/errors/json-api-error.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { errorsOf } from './errors.js';
import { exampleDocuments } from './examples.js';
import { hasEtag, headersOf } from './headers.js';
import type { Api } from './api.js';
import type { Operation } from './operation.js';
import { schemaNames } from './resource-schemas.js';
import { closed, ref } from './schemas.js';
import { words } from './words.js';

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
  const apart = [access.kind === 'public' && 'public', method === 'POST' && codes.includes('conflict') && 'repeatable'];
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
  const collections = [...resources.keys()].map(({ path }) => [path, ref('Link')] as const);
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
