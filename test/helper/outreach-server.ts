import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MEDIA_TYPE } from './client.js';

const TOKEN = 'a-token-of-outreach';

/** A call purpose as that API has it: integer id; name and order may be null. */
export interface OutreachPurpose {
  id: number;
  name: string | null;
  order: number | null;
}

/** How the server answers a request in place of what it would answer: a status with headers and a body. */
export type Instead = { status: number; headers?: Record<string, string>; body?: string };

/** A server that answers as the Outreach API v2 does: JSON:API 1.0, integer ids, `page[after]`, a rate limit. */
export interface OutreachServer {
  base: string;
  token: string;
  /** What it has of call purposes, in the order of ids. */
  purposes: OutreachPurpose[];
  /** Answers to give first, one for each request. */
  instead: Instead[];
  /** How many requests may be made before the limit is reached; it is reset after that. */
  remaining: number;
  /** Method, path and query of each request, with the status of the answer. */
  requests: { url: string; status: number }[];
  /** When the limit that was reached is reset, in milliseconds since 1970; 0 before it is reached. */
  resetAt: number;
  /** The origin that links have in place of its own. */
  linkOrigin: string | undefined;
  close(): Promise<void>;
}

/** Starts one on a free port. The rate limit is over two seconds after it was reached, and then reached no more. */
export async function outreachServer(): Promise<OutreachServer> {
  const server: Server = createServer((request, response) => {
    const { status, headers = {}, body = '' } = outreach.instead.shift() ?? answer(outreach, request);
    outreach.requests.push({ url: `${request.method} ${request.url}`, status });
    write(response, status, headers, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outreach: OutreachServer = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    token: TOKEN,
    purposes: [],
    instead: [],
    remaining: Infinity,
    resetAt: 0,
    requests: [],
    linkOrigin: undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return outreach;
}

function write(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { 'Content-Type': MEDIA_TYPE, ...headers }).end(body);
}

function answer(outreach: OutreachServer, { method, url = '', headers }: IncomingMessage): Instead {
  if (headers.authorization !== `Bearer ${TOKEN}`) return failure(401, 'unauthorized', 'The access token is invalid.');
  if (headers['content-type'] !== MEDIA_TYPE)
    return failure(415, 'unsupportedMediaType', `Expected Content-Type header to be '${MEDIA_TYPE}'.`);
  const { refusal, limits } = rateLimit(outreach);
  if (refusal) return refusal;
  const { pathname, searchParams } = new URL(url, outreach.base);
  if (method !== 'GET' || pathname !== '/api/v2/callPurposes') return failure(404, 'resourceNotFound', 'Not found.');
  return { status: 200, headers: limits, body: JSON.stringify(page(outreach, searchParams)) };
}

/** Both headers hold seconds since 1970: that API calls `Retry-After` an alias of the other. */
function rateLimit(outreach: OutreachServer): { limits: Record<string, string>; refusal?: Instead } {
  if (outreach.resetAt > 0 && Date.now() >= outreach.resetAt) [outreach.resetAt, outreach.remaining] = [0, Infinity];
  const reached = outreach.remaining-- <= 0;
  if (reached && outreach.resetAt === 0) outreach.resetAt = (Math.floor(Date.now() / 1000) + 2) * 1000;
  const limits = {
    'X-RateLimit-Limit': '10000',
    'X-RateLimit-Remaining': String(Math.max(0, Math.min(outreach.remaining, 10_000))),
    'X-RateLimit-Reset': String(Math.ceil((outreach.resetAt || Date.now() + 3_600_000) / 1000)),
  };
  if (!reached) return { limits };
  const until = new Date(outreach.resetAt).toISOString().slice(0, 19);
  const refusal = failure(
    429,
    'rateLimitExceeded',
    `You have exceeded your permitted rate limit of 10,000; please try again at ${until}.`,
  );
  return { limits, refusal: { ...refusal, headers: { ...limits, 'Retry-After': limits['X-RateLimit-Reset'] } } };
}

function page({ purposes, base, linkOrigin }: OutreachServer, query: URLSearchParams) {
  const size = Number(query.get('page[size]') ?? 50);
  const cursor = query.get('page[after]');
  const after = cursor ? Number(Buffer.from(cursor, 'base64').toString().split('|')[1]) : 0;
  const rest = purposes.filter(({ id }) => id > after);
  const rows = rest.slice(0, size);
  const last = rows.at(-1);
  const link = (position: string) => `${linkOrigin ? `${linkOrigin}/api/v2` : base}/callPurposes?${position}`;
  const [pageSize, count] = [`page[size]=${size}`, `count=${query.get('count') ?? 'true'}`];
  return {
    data: rows.map(({ id, name, order }) => ({
      type: 'callPurpose',
      id,
      attributes: { createdAt: '2017-01-01T00:00:00.000Z', name, order, updatedAt: '2017-01-01T00:00:00.000Z' },
      relationships: {
        calls: { links: { related: `${base}/calls?filter[callPurpose][id]=${id}` } },
        creator: { data: null },
      },
      links: { self: `${base}/callPurposes/${id}` },
    })),
    links: {
      first: link(`${count}&${pageSize}`),
      ...(rest.length > size && {
        next: link(`${count}&page[after]=${Buffer.from(`id|${last?.id}`).toString('base64')}&${pageSize}`),
      }),
    },
  };
}

const failure = (status: number, id: string, detail: string): Instead => ({
  status,
  body: JSON.stringify({ errors: [{ id, title: id, detail }] }),
});
