import type { FastifyInstance, FastifyRequest } from 'fastify';

/** The origins whose pages may read responses; `*`: all; `null`: none but the service's own. */
export type AllowedOrigins = readonly string[] | '*' | null;

type Headers = Record<string, string>;

const EXPOSED_HEADERS = [
  'ETag',
  'Idempotent-Replayed',
  'Location',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
];

/** Of the answer to a preflight request, by which a browser asks whether a page may send a request. */
const PREFLIGHT: Headers = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PATCH, DELETE',
  'Access-Control-Allow-Headers': [
    'Accept',
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-Request-Id',
    // W3C Trace Context and Baggage, which tracing in a page adds to each request.
    'baggage',
    'traceparent',
    'tracestate',
  ].join(', '),
  'Access-Control-Max-Age': '7200',
};

const NONE: Headers = {};

/**
 * Lets the pages of those origins read all responses. Tokens come in a header and never by themselves, so that no credentials
 * are allowed. Not by @fastify/cors: its hook comes behind those that may refuse a request, and what Fastify or Node refuse
 * themselves has no hooks.
 */
export function allowOrigins(fastify: FastifyInstance, allowed: AllowedOrigins): void {
  if (allowed === null) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('Vary', 'Origin').headers(corsHeaders(allowed, request.headers.origin));
    if (isPreflight(request)) void reply.status(204).headers(PREFLIGHT).send();
    else done();
  });
}

/** The headers that let a page of that origin read the response; none where it may not. */
export function corsHeaders(allowed: AllowedOrigins, origin: string | undefined): Headers {
  if (allowed === null || (allowed !== '*' && !(origin && allowed.includes(origin)))) return NONE;
  return {
    'Access-Control-Allow-Origin': allowed === '*' ? allowed : (origin ?? ''),
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(', '),
  };
}

/** The request headers that responses of the API depend on. */
export const varyOf = (allowed: AllowedOrigins): string => (allowed === null ? 'Accept' : 'Accept, Origin');

/** Any other OPTIONS is a method like the rest. */
const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
