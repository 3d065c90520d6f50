import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonApiError, badRequest, uriTooLong } from '../errors/json-api-error.js';
import { checkAccept, checkCodings, checkContentType } from '../requests/media-type.js';
import type { ErrorTranslator } from './error.filter.js';
import { resourceOf } from './json-api.decorators.js';
import { isHost } from './request-origin.js';

/** Bytes of documents of which one is read in each turn of the event loop, as each can take tens of milliseconds. */
const LARGE_DOCUMENT = 65_536;

const METHODS_WITH_DOCUMENT = ['POST', 'PATCH'];

/** Bytes of a request target. */
export const LONGEST_URL = 16_384;

/**
 * Makes Fastify follow the protocol under `basePath` before any handler runs: media types, bodies as bytes (they are read
 * where the resource is known, after authorization), `Vary` on every answer.
 * @param vary the request headers that answers depend on
 */
export function applyHttpRules(fastify: FastifyInstance, basePath: string, vary = 'Accept'): void {
  fastify.removeAllContentTypeParsers();
  let turn = Promise.resolve();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length < LARGE_DOCUMENT) return done(null, body);
    turn = turn.then(() => nextTurn());
    void turn.then(() => done(null, body));
  });

  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = resourceOf(route.config?.controller)?.bodyLimit ?? route.bodyLimit;
  });

  // An expectation that is not known is no reason to refuse (RFC 9110, section 10.1.1).
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  // Whether the body is wanted, the guards decide.
  fastify.server.on('checkContinue', (request, response) => fastify.server.emit('request', request, response));

  fastify.addHook('onRequest', (request, reply, done) => {
    const { headers, method, routeOptions, url } = request;
    // By the route where there is one, as a path can be written in many ways.
    const isOfApi = (routeOptions.url ?? url).startsWith(basePath);
    // A target that is no path can't be outside of the API either.
    if (isOfApi || !url.startsWith('/')) void reply.header('vary', vary);
    if (url.length > LONGEST_URL) throw uriTooLong();
    checkHost(request.raw);
    // What is not there has no media types.
    if (!isOfApi || request.is404) return done();
    checkAccept(headers.accept);
    // A body that says nothing is of no type that matters.
    if (method === 'DELETE') headers['content-type'] = 'application/octet-stream';
    if (METHODS_WITH_DOCUMENT.includes(method) && hasBody(request)) {
      checkCodings(headers);
      checkContentType(headers['content-type'], method);
    }
    done();
  });
}

/** RFC 9112, section 3.2: one Host header that can be one; a request in HTTP/1.0 may have none. */
function checkHost({ headers, rawHeaders, httpVersion }: IncomingMessage): void {
  const { host } = headers;
  if (host === undefined) {
    if (httpVersion === '1.0') return;
    throw badRequest('A request in HTTP/1.1 must have a Host header.', HOST_HEADER);
  }
  if (!isHost(host)) {
    throw badRequest('The host of the request is not a host name with an optional port.', HOST_HEADER);
  }
  // Of several, Node keeps the first one only.
  let lines = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host' && ++lines > 1) {
      throw badRequest('The request has more than one Host header.', HOST_HEADER);
    }
  }
}

const HOST_HEADER = { header: 'Host' };

/**
 * The methods of the routes, for answers to those that a path does not have.
 * @returns tells which methods the path of a URL has; none for an unknown path
 */
export function collectRoutes(fastify: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    routes.set(url, methods);
  });
  return (url) => {
    const segments = pathOf(url).split('/');
    for (const [pattern, methods] of routes) {
      const parts = pattern.split('/');
      const matches =
        parts.length === segments.length &&
        parts.every((part, index) => (part.startsWith(':') ? segments[index] : part === segments[index]));
      if (matches) return [...methods].sort();
    }
    return [];
  };
}

/** What no route was found for. @param methodsAt as {@link collectRoutes} gives it */
export const unknownRoute =
  (methodsAt: (url: string) => string[]): ErrorTranslator =>
  (_error, request) =>
    request.is404 ? noRoute(request, methodsAt(request.url)) : undefined;

/** 405 with `Allow` for a known path, else 404. */
function noRoute({ method, url }: FastifyRequest, allowed: string[]): JsonApiError {
  if (allowed.length === 0) return new JsonApiError('routeNotFound', `There is nothing at '${pathOf(url)}'.`);
  return new JsonApiError(
    'methodNotAllowed',
    `'${method}' is not allowed here. Allowed: ${allowed.join(', ')}.`,
    undefined,
    {
      Allow: allowed.join(', '),
    },
  );
}

const pathOf = (url: string): string => url.replace(/[?#].*$/s, '');

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
