import type { IncomingHttpHeaders } from 'node:http';
import parseForwarded from 'forwarded-parse';

/** Whose headers about their own client are believed, and which ones. */
export interface TrustedProxies {
  /** Whether the peer at that address, so many hops away from this process, is a proxy that is trusted. */
  trusts(address: string, hop: number): boolean;
  /** The only family that is read: `Forwarded` (RFC 7239), or `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and `-Prefix`. */
  headers: 'x-forwarded' | 'forwarded';
}

/** What the client asked, as far as a trusted proxy says it. */
export interface Forwarded {
  proto?: string;
  host?: string;
  port?: string;
  prefix?: string;
}

/** What each proxy wrote about its own client, the nearest one last. */
type Entry = string | undefined;

/**
 * What the farthest proxy says that is trusted through all those between, whose peer must be trusted. Each proxy adds an
 * entry at the end of a list, so that what stands before that proxy's may come from the client; of a list that not all of
 * them have added to, the first one counts.
 */
export function forwardedBy(proxies: TrustedProxies, headers: IncomingHttpHeaders): Forwarded {
  const lists = proxies.headers === 'forwarded' ? ofForwarded(headers) : ofXForwarded(headers);
  const clients = lists.for;
  const said = (list: Entry[]): Entry => {
    let hops = 1;
    while (hops < list.length && proxies.trusts(addressOf(clients.at(-hops)), hops)) hops++;
    return list.slice(-hops).find((entry) => entry !== undefined);
  };
  return {
    proto: said(lists.proto)?.toLowerCase(),
    host: said(lists.host),
    port: said(lists.port),
    prefix: said(lists.prefix),
  };
}

type Lists = Record<'for' | keyof Forwarded, Entry[]>;

function ofXForwarded(headers: IncomingHttpHeaders): Lists {
  const list = (name: string) => {
    const value = headers[`x-forwarded-${name}`];
    return value === undefined ? [] : entriesOf(String(value));
  };
  return { for: list('for'), proto: list('proto'), host: list('host'), port: list('port'), prefix: list('prefix') };
}

/** The entries that say something (RFC 9110, section 5.6.1). */
const entriesOf = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function ofForwarded({ forwarded = '' }: IncomingHttpHeaders): Lists {
  const elements = elementsOf(forwarded);
  const list = (name: string) => elements.map((element) => element[name] || undefined);
  return { for: list('for'), proto: list('proto'), host: list('host'), port: [], prefix: [] };
}

/** None of a header that can't be read: it can't be told who wrote what in it. */
function elementsOf(forwarded: string): Partial<Record<string, string>>[] {
  try {
    return forwarded === '' ? [] : parseForwarded(forwarded);
  } catch {
    return [];
  }
}

/** An address without the port that some proxies write after it. */
const addressOf = (client: Entry = ''): string =>
  client.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
