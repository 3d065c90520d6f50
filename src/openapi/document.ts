import type { OpenAPIObject, OperationObject, PathsObject, ResponsesObject } from 'openapi3-ts/oas31';
import { ACTIONS, scopesOf } from '../auth/principal.js';
import {
  type Api,
  type Content,
  type Installation,
  type Method,
  type Operation,
  capitalized,
  words,
} from './declarations.js';
import { SHARED_PARAMETERS, parametersOf } from './parameters.js';
import { requestBody, requestDocumentSchemas } from './request-documents.js';
import { headerComponents } from './headers.js';
import { errorComponents, responsesOf } from './responses.js';
import { protocolSchemas, resourceSchemas } from './schemas.js';

// Step 4 of the OpenAPI document: its operations, and the whole.

/** The OpenAPI 3.1 document of those operations. */
export function documentOf(operations: Operation[], installation: Installation): OpenAPIObject {
  const shown = operations.flatMap(({ content }) => ('resource' in content ? [content.resource] : []));
  const resources = [...new Set(shown)];
  const api: Api = { ...installation, resources };
  const paths: PathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation, api),
    };
  }
  const schemas = resources.flatMap((resource) => [resourceSchemas(resource), requestDocumentSchemas(resource)]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Call Purposes',
      version: api.version,
      description: INTRODUCTION,
      contact: { name: 'Whoever runs this service' },
      license: { name: 'Proprietary', identifier: 'LicenseRef-proprietary' },
    },
    // Relative to this document, which proxies may show under any host and path.
    servers: [{ url: '../'.repeat(depthOf(api.basePath)).slice(0, -1) }],
    tags: [
      ...resources.map(({ path, description }) => ({
        name: path,
        description: description ?? capitalized(words(path)),
      })),
      SERVICE_TAG,
    ],
    paths,
    components: {
      schemas: Object.assign(protocolSchemas(api), ...schemas) as ReturnType<typeof protocolSchemas>,
      parameters: SHARED_PARAMETERS,
      responses: Object.assign({}, ...operations.map((one) => errorComponents(one, api))) as ResponsesObject,
      headers: headerComponents(api),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: SCOPES } },
    },
  };
}

const INTRODUCTION = `It follows [JSON:API 1.1](https://jsonapi.org/format/1.1/), in the wire format of the Outreach REST API v2.

\`HEAD\` answers as \`GET\` without a body. Another method on a path is 405 (\`methodNotAllowed\`) with \`Allow\`, a path that is
not here 404 (\`routeNotFound\`). A query parameter may be repeated with the same value; one that is not here is 400.`;

const SCOPES = `A JSON Web Token with a scope that the operation names: \`<collection>.read\`, \`.write\` or \`.delete\`, or \`.all\` for
all three. An \`include\` needs the read scope of what is included.`;

/** Of what is about no resource. */
const SERVICE_TAG = { name: 'service', description: 'The service itself.' };

/** How many folders deep the document stands: those of the base path, and its own. */
const depthOf = (basePath: string): number => basePath.split('/').length;

function describeOperation(operation: Operation, api: Api): OperationObject {
  const { access, content, hasId, method, name, takesDocument } = operation;
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
    parameters: parametersOf(operation),
    ...(takesDocument && resource && { requestBody: requestBody(resource, !hasId) }),
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
