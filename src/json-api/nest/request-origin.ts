import type { FastifyRequest } from 'fastify';
import { badRequest } from '../errors/json-api-error.js';
import { type Forwarded, type TrustedProxies, forwardedBy } from './forwarded.js';

/** `host` or `host:port` as RFC 9110 allows it, so that no link can be made to carry anything else. */
const HOST = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** A path whose segments are not empty, so that no link can be made to lead to another host. */
const PREFIX = /^(?:\/[\w.~!$&'()*+;=:@%-]+)*$/;

/** A request target that is a whole URL, as to a proxy: it is what was asked, whatever Host says (RFC 9112, section 3.2.2). */
const ABSOLUTE_FORM = /^(https?):\/\/([^/?#]*)/i;

/** Ports that go without saying. One of them under the other scheme is that of a server behind the one that speaks TLS. */
const DEFAULT_PORTS = ['80', '443'];

const NOTHING: Forwarded = {};

/** The header that holds the host, by the family that is read. */
const HOST_IN = { forwarded: 'Forwarded', 'x-forwarded': 'X-Forwarded-Host' };

/** Whether the text can be the value of a Host header. */
export const isHost = (text: string): boolean => HOST.test(text);

/**
 * What links start with, such as `https://calls.example.com`: the origin of the request as the client sent it, which behind
 * a trusted proxy is what that says, with the path under which it shows the service.
 * @throws JsonApiError 400 when the host, or the path, is none
 */
export function requestOrigin(request: FastifyRequest, proxies: TrustedProxies): string {
  const { headers, socket, originalUrl } = request;
  const peer = socket.remoteAddress;
  const forwarded = peer && proxies.trusts(peer, 0) ? forwardedBy(proxies, headers) : NOTHING;
  // Of almost every request, whose Host has been checked when it came in.
  if (forwarded === NOTHING && headers.host && originalUrl.startsWith('/'))
    return `${request.protocol}://${headers.host}`;
  const [, scheme, host] = ABSOLUTE_FORM.exec(originalUrl) ?? [];

  const protocol = [forwarded.proto, scheme?.toLowerCase(), request.protocol].find(isOfTheWeb) ?? 'http';
  const authority = withPort(forwarded.host ?? host ?? headers.host ?? '', forwarded.port);
  if (!isHost(authority)) {
    const header = forwarded.host === undefined ? 'Host' : HOST_IN[proxies.headers];
    throw badRequest('The host of the request is not a host name with an optional port.', { header });
  }
  return `${protocol}://${authority}${forwarded.prefix === undefined ? '' : checkedPrefix(forwarded.prefix)}`;
}

const isOfTheWeb = (scheme: string | undefined): boolean => scheme === 'https' || scheme === 'http';

const withPort = (host: string, port: string | undefined): string =>
  port === undefined || DEFAULT_PORTS.includes(port) || !/^\d{1,5}$/.test(port) || /:\d+$/.test(host)
    ? host
    : `${host}:${port}`;

function checkedPrefix(prefix: string): string {
  const path = prefix.replace(/\/$/, '');
  if (PREFIX.test(path)) return path;
  throw badRequest('The prefix of the path is not a path.', { header: 'X-Forwarded-Prefix' });
}
