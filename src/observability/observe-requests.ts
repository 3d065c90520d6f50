import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.js';
import { isManagementRoute } from './paths.js';
import type { RequestLog } from './request-log.js';

/** Measures and logs every request once it is answered: all that costs stands in this one hook. */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics, log: RequestLog | null): void {
  fastify.addHook('onResponse', (request: FastifyRequest & { user?: Requester }, reply: FastifyReply, done) => {
    const { method, user } = request;
    const route = request.routeOptions.url ?? 'none';
    const milliseconds = reply.elapsedTime;
    metrics.observe(method, route, reply.statusCode, milliseconds);
    if (log && !isManagementRoute(route))
      log(request.id, user?.userId ?? user?.subject, method, route, reply.statusCode, milliseconds);
    done();
  });
}

/** What the guards leave of a token. */
interface Requester {
  subject: string;
  userId?: string;
}
