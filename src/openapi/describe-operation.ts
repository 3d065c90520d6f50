import type { Type } from '@nestjs/common';
import type { OperationObject, ParameterObject, ReferenceObject, RequestBodyObject } from 'openapi3-ts/oas31';
import { ACTIONS, scopesOf } from '../auth/principal.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { IDEMPOTENCY_KEY as REPEATABLE_KEY } from '../json-api/nest/repeatable-requests.js';
import type { Resource } from '../json-api/resource.js';
import type { Api } from './api.js';
import { exampleRequest } from './examples.js';
import { hasEtag } from './headers.js';
import type { Content, Method, Operation } from './operation.js';
import { collectionParameters, viewParameters } from './query-parameters.js';
import { schemaNames } from './resource-schemas.js';
import { responsesOf } from './responses.js';
import { ref } from './schemas.js';
import { SERVICE_TAG } from './tags.js';
import { capitalized, words } from './words.js';

export function describeOperation(operation: Operation, api: Api): OperationObject {
  const { access, content, dto, hasId, heedsPrecondition, method, name } = operation;
  const resource = 'resource' in content ? content.resource : undefined;
  const subject = subjectOf(content);
  return {
    operationId: (resource ? name : 'get') + subject.split(' ').map(capitalized).join(''),
    summary: `${resource ? capitalized(name) : 'Get'} ${content.kind === 'collection' ? subject : `a ${subject}`}`,
    description: descriptionOf(operation),
    tags: [resource?.path ?? SERVICE_TAG.name],
    security: access.kind === 'public' ? [] : [{ bearer: [] }],
    // OpenAPI has no place for the scopes of a token that it does not know the maker of.
    ...(access.kind === 'scoped' && { 'x-required-scopes': { anyOf: scopesFor(access.collection, method) } }),
    parameters: [
      ...(hasId ? [ID] : []),
      ...queryParameters(content, api),
      ...(method === 'GET' && hasEtag(content) ? [IF_NONE_MATCH] : []),
      ...(heedsPrecondition ? [IF_MATCH] : []),
      ...(method === 'POST' ? [IDEMPOTENCY_KEY] : []),
      REQUEST_ID,
    ],
    ...(dto && resource && { requestBody: requestBody(resource, dto, !hasId) }),
    responses: responsesOf(operation, api),
  };
}

const subjectOf = (content: Content): string => {
  if (content.kind === 'collection') return words(content.resource.path);
  return 'resource' in content ? words(content.resource.type) : content.name;
};

function descriptionOf({ content, access, isGuarded, hasId, method }: Operation): string {
  const about = 'resource' in content ? content.resource.description : content.description;
  const asks = {
    public: 'No token is needed.',
    'any-scope': 'Any good token will do.',
    scoped:
      access.kind === 'scoped' ? `Needs one of the scopes ${scopesFor(access.collection, method).join(', ')}.` : '',
  }[access.kind];
  const policy = isGuarded && hasId && method !== 'GET' ? 'Not everybody with the scope may.' : '';
  return [about, asks, policy].filter(Boolean).join(' ');
}

function scopesFor(collection: string, method: Method): string[] {
  const scopes = scopesOf(collection);
  return [scopes[ACTIONS[method]], scopes.all];
}

function queryParameters(content: Content, { resources }: Api): (ParameterObject | ReferenceObject)[] {
  if (content.kind === 'collection') return collectionParameters(content.resource, resources.get(content.resource));
  return content.kind === 'one' ? viewParameters(content.resource) : [];
}

const requestBody = (resource: Resource, dto: Type<object>, creates: boolean): RequestBodyObject => ({
  required: true,
  content: {
    [JSON_API_MEDIA_TYPE]: {
      schema: ref(schemaNames(resource)[creates ? 'create' : 'update']),
      example: exampleRequest(resource, dto, creates),
    },
  },
});

const ID: ParameterObject = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'A positive integer.',
  schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
  example: '7',
};

const IF_NONE_MATCH: ParameterObject = {
  name: 'If-None-Match',
  in: 'header',
  description: 'Entity tags of what the client has: then the answer is 304.',
  schema: { type: 'string' },
};

const IF_MATCH: ParameterObject = {
  name: 'If-Match',
  in: 'header',
  description: 'Entity tags of the states that may be changed: otherwise the answer is 412.',
  schema: { type: 'string' },
};

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
