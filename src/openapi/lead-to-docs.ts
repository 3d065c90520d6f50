import type { FastifyInstance } from 'fastify';
import type { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import { DocsController } from './docs.controller.js';
import { DOCS_PATH } from './paths.js';

/** Open to whom the page is open. */
const config = {
  controller: DocsController,
  handler: Reflect.get(DocsController.prototype, 'page') as (...args: never[]) => unknown,
};

/**
 * Leads who opens the service itself to the interactive page. Not by a controller: those of the API stand under its path,
 * from which Nest could not except the root alone.
 */
export function leadToDocs(fastify: FastifyInstance, options: JsonApiOptions): void {
  fastify.get('/', { config }, (request, reply) => {
    const { pathname } = new URL(`${options.origin(request)}/${DOCS_PATH}`);
    void reply.redirect(pathname, 302);
  });
}
