import type { Server } from 'node:http';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';

/** Connections that are open at the same time; more are closed at once, so that the others keep working. */
const MAX_CONNECTIONS = 10_000;

/** What slow and idle clients may take. Milliseconds. */
export const SERVER_LIMITS: FastifyHttpOptions<Server> = {
  bodyLimit: 1_048_576,
  // For a request to arrive as a whole.
  requestTimeout: 30_000,
  // In which not a byte moves, such as those of an answer that nobody reads.
  connectionTimeout: 60_000,
  // Between two requests: longer than the 60 seconds of common load balancers, which otherwise send into a closed connection.
  keepAliveTimeout: 72_000,
  http: {
    headersTimeout: 10_000,
    connectionsCheckingInterval: 2_000,
    // Of URL and headers together, in bytes.
    maxHeaderSize: 32_768,
    // Its absence is answered with a document instead of Node's bare line.
    requireHostHeader: false,
  },
};

/** The limits that are no options of Fastify. */
export function limitConnections({ server }: FastifyInstance): void {
  server.maxConnections = MAX_CONNECTIONS;
}
