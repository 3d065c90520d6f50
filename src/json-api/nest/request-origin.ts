import type { FastifyRequest } from 'fastify';
import parseForwarded from 'forwarded-parse';
import { badRequest } from '../errors/json-api-error.js';

/** `host` or `host:port` as RFC 9110 allows it, so that no link can be made to carry anything else. */
const HOST = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * The origin that links start with, such as `https://calls.example.com`: that of the request as the client sent it, which
 * behind a trusted proxy is what `Forwarded` (RFC 7239) or `X-Forwarded-Proto` and `X-Forwarded-Host` say.
 * @param trusts whether the peer at that address and hop is a trusted proxy
 * @throws JsonApiError 400 when the host is none
 */
export function requestOrigin(request: FastifyRequest, trusts: (address: string, hop: number) => boolean): string {
  const peer = request.socket.remoteAddress;
  const { proto, host } = peer && trusts(peer, 0) ? lastForwarded(request.headers.forwarded) : {};
  const scheme = [proto, request.protocol].find((name) => name === 'https' || name === 'http') ?? 'http';
  const authority = host ?? request.host;
  if (!HOST.test(authority)) {
    throw badRequest('The host of the request is not a host name with an optional port.', { header: 'Host' });
  }
  return `${scheme}://${authority}`;
}

/** What the nearest proxy said, as with `X-Forwarded-Host`: entries before it may come from the client itself. */
function lastForwarded(header: string | undefined): { proto?: string; host?: string } {
  if (!header) return {};
  try {
    return parseForwarded(header).at(-1) ?? {};
  } catch {
    return {};
  }
}
