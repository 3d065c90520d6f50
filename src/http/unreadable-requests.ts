import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { JsonApiError, badRequest, uriTooLong } from '../json-api/errors/json-api-error.js';
import { errorDocument } from '../json-api/nest/error.filter.js';
import { LONGEST_URL } from '../json-api/nest/http-rules.js';
import { SECURITY_HEADERS } from '../json-api/nest/security-headers.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { type AllowedOrigins, corsHeaders, varyOf } from './cors.js';

/** Answers a URL that the router can't read, which reaches neither hooks nor filter. */
export const answerUnroutable =
  (allowed: AllowedOrigins) =>
  (_error: FastifyError, { id, headers, url }: FastifyRequest, reply: FastifyReply): void => {
    const fault = url.length > LONGEST_URL ? uriTooLong() : badRequest('The percent encoding of the path is broken.');
    void reply
      .status(fault.status)
      .headers(headersOf(id, allowed, headers.origin))
      .send(Buffer.from(errorDocument([fault])));
  };

/** Answers, on the bare connection, what Node's HTTP parser can't read, which never becomes a request. */
export const answerUnreadable =
  (allowed: AllowedOrigins) =>
  (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const fault = faultOf(error);
    const body = errorDocument([fault]);
    const headers = {
      ...headersOf(randomUUID(), allowed, originIn(packetOf(error))),
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}\r\n${lines.join('')}\r\n${body}`);
  };

const headersOf = (requestId: string, allowed: AllowedOrigins, origin: string | undefined) => ({
  ...SECURITY_HEADERS,
  ...corsHeaders(allowed, origin),
  Vary: varyOf(allowed),
  'X-Request-Id': requestId,
  'Content-Type': JSON_API_MEDIA_TYPE,
});

function faultOf(error: ConnectionError): JsonApiError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return isInTarget(error)
        ? uriTooLong()
        : new JsonApiError('headersTooLarge', 'URL and headers are longer than 32 KB together.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new JsonApiError('requestTimeout', 'The request did not arrive in time.');
    default:
      return badRequest('This is not a request in HTTP/1.1.');
  }
}

/**
 * Whether the parser gave up in the request target. Where the packet ends in the midst of a word that began in an earlier
 * one, which can't be seen any more, it is taken for one: few headers are that long without a blank.
 */
function isInTarget(error: ConnectionError): boolean {
  const packet = packetOf(error);
  const [read, rest] = [packet.slice(0, error.bytesParsed), packet.slice(error.bytesParsed)];
  return rest === '' ? /(?:^|\n)(?:[A-Z-]+ )?\S*$/.test(read) : rest.startsWith(' HTTP/');
}

/** The origin of the page that sent the packet, as far as it can be read. */
const originIn = (packet: string): string | undefined => /\r\norigin:[ \t]*([^\s]+)[ \t]*\r\n/i.exec(packet)?.[1];

/** The last bytes that came; Fastify's type says what they would be in JSON. */
const packetOf = ({ rawPacket }: ConnectionError): string =>
  (rawPacket as unknown as Buffer | undefined)?.toString('latin1') ?? '';
