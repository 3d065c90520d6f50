import type { FastifyInstance } from 'fastify';

/**
 * The headers of every answer. A browser that is led to an answer by force makes nothing of it but data, and what was
 * answered to one user is kept, if at all, by their own cache, which asks again each time (an `ETag` makes that cheap).
 * In lower case, as Fastify keeps them: the change of case would cost more than the rest.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'private, no-cache',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Gives them to every response, and the id of its request. */
export function sendCommonHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done();
  });
}
