import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from './security-headers.js';
import { type ErrorTranslator, errorDocument } from './error.filter.js';
import { JsonApiError, badRequest } from '../errors/json-api-error.js';
import { JSON_API_MEDIA_TYPE, checkAccept, checkContentType } from '../requests/media-type.js';

const METHODS_WITH_DOCUMENT = ['POST', 'PATCH'];

/**
 * Makes Fastify follow the protocol under `basePath` before any handler runs: media types, bodies as bytes (they are read
 * where the resource is known, after authorization), `Vary` on every answer.
 * @param vary the request headers that answers depend on
 */
export function applyHttpRules(fastify: FastifyInstance, basePath: string, vary = 'Accept'): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  // An expectation that is not known is no reason to refuse (RFC 9110, section 10.1.1).
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  // Whether the body is wanted, the guards decide.
  fastify.server.on('checkContinue', (request, response) => fastify.server.emit('request', request, response));

  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isUnder(basePath, request)) return done();
    void reply.header('Vary', vary);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      throw badRequest('A request in HTTP/1.1 must have a Host header.', { header: 'Host' });
    }
    // What is not there has no media types.
    if (request.is404) return done();
    checkAccept(request.headers.accept);
    // A body that says nothing is of no type that matters.
    if (request.method === 'DELETE') request.headers['content-type'] = 'application/octet-stream';
    if (METHODS_WITH_DOCUMENT.includes(request.method) && hasBody(request))
      checkContentType(request.headers['content-type']);
    done();
  });
}

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
function noRoute({ id, method, url }: FastifyRequest, allowed: string[]): JsonApiError {
  if (allowed.length === 0) {
    // The router has no place for such a target, so that no hook has given the answer its headers.
    const headers = url.startsWith('*') ? { ...SECURITY_HEADERS, 'X-Request-Id': id } : undefined;
    return new JsonApiError('routeNotFound', `There is nothing at '${pathOf(url)}'.`, undefined, headers);
  }
  return new JsonApiError(
    'methodNotAllowed',
    `'${method}' is not possible here, but ${allowed.join(', ')}.`,
    undefined,
    {
      Allow: allowed.join(', '),
    },
  );
}

/** A URL that the router can't read reaches neither hooks nor filter. */
export function answerUnroutableRequest(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const document = errorDocument([badRequest('The percent encoding of the path is broken, or the path is too long.')]);
  void reply
    .status(400)
    .headers({ ...SECURITY_HEADERS, 'X-Request-Id': request.id, Vary: 'Accept', 'Content-Type': JSON_API_MEDIA_TYPE })
    .send(Buffer.from(document));
}

/** What Node's HTTP parser could not read never becomes a request: this answers on the bare connection. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, fault] = readingFault(error);
  const body = errorDocument([fault]);
  const headers = [
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `X-Request-Id: ${randomUUID()}`,
    'Vary: Accept',
    `Content-Type: ${JSON_API_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

function readingFault({ code }: NodeJS.ErrnoException): [status: string, fault: JsonApiError] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return ['400 Bad Request', badRequest('The URL and the headers are too long together.')];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return ['408 Request Timeout', new JsonApiError('requestTimeout', 'The request did not arrive in time.')];
  }
  return ['400 Bad Request', badRequest('This is not a request in HTTP/1.1.')];
}

/** By the route where there is one, as a path can be written in many ways. */
const isUnder = (basePath: string, { routeOptions, url }: FastifyRequest): boolean =>
  (routeOptions.url ?? pathOf(url)).startsWith(basePath);

/** The path of a request target, which may be a whole URL (RFC 9112, section 3.2.2). */
const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
