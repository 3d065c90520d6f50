import type { OpenAPIObject, PathsObject, ResponsesObject } from 'openapi3-ts/oas31';
import type { Resource } from '../json-api/resource.js';
import type { Api, Installation } from './api.js';
import { describeOperation } from './describe-operation.js';
import { headerComponents } from './headers.js';
import type { Operation } from './operation.js';
import { SHARED_PARAMETERS } from './query-parameters.js';
import { resourceSchemas } from './resource-schemas.js';
import { errorComponents } from './responses.js';
import { protocolSchemas } from './schemas.js';
import { SERVICE_TAG } from './tags.js';
import { capitalized, words } from './words.js';

/** The OpenAPI 3.1 document of those operations. */
export function describe(operations: Operation[], installation: Installation): OpenAPIObject {
  const api: Api = { ...installation, resources: resourcesOf(operations) };
  const paths: PathsObject = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation, api),
    };
  }
  const resources = [...api.resources];
  const schemas = resources.map(([resource, dto]) => resourceSchemas(resource, dto));
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
      ...resources.map(([{ path, description }]) => ({
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

function resourcesOf(operations: Operation[]): Api['resources'] {
  const resources: Api['resources'] = new Map();
  for (const { content, dto } of operations) {
    if ('resource' in content) add(content.resource, dto);
  }
  function add(resource: Resource, dto: Operation['dto']): void {
    resources.set(resource, dto ?? resources.get(resource));
  }
  return resources;
}

const INTRODUCTION = `A [JSON:API 1.1](https://jsonapi.org/format/1.1/) in the wire format of the Outreach REST API v2.

\`HEAD\` answers as \`GET\` without a body. Another method on a path is 405 (\`methodNotAllowed\`) with \`Allow\`, a path that is
not here 404 (\`routeNotFound\`). A query parameter may be repeated with the same value; one that is not here is 400.`;

const SCOPES = `A JSON Web Token with a scope that the operation names: \`<collection>.read\`, \`.write\` or \`.delete\`, or \`.all\` for
all three. An \`include\` needs the read scope of what is included.`;

/** How many folders deep the document stands: those of the base path, and its own. */
const depthOf = (basePath: string): number => basePath.split('/').length;
