import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { callObject, iso, page, purposeObject, single, type CallRow, type PurposeRow } from './raw-documents.js';
import { Queries } from './raw-queries.js';
import { type Claims, tokenVerifier } from './token-verifier.js';

const API_PATH = '/api/v2';
const PAGE = 50;

const verifyToken = tokenVerifier(process.env);
const queries = new Queries(process.env.DATABASE_URL);
const users = new Map<string, string>();

/** What the benchmark asks of the service, written by hand: no framework, no checks beyond the token, no generality. */
createServer((request, response) => {
  const claims = verifyToken(request.headers.authorization);
  if (!claims) return send(response, 401, '{"errors":[]}');
  const api = `http://${request.headers.host}${API_PATH}`;
  answer(request, response, api, claims).catch((error: unknown) => {
    console.error(error);
    send(response, 500, '{"errors":[]}');
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse, api: string, claims: Claims): Promise<void> {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  const path = url.slice(API_PATH.length, mark < 0 ? undefined : mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const id = path.startsWith('/callPurposes/') ? path.slice(14) : undefined;

  if (path === '/calls') return send(response, 200, await calls(api, query));
  if (request.method === 'POST') return create(response, api, claims, await bodyOf(request));
  if (id === undefined) return send(response, 200, await purposes(api, query));
  if (request.method === 'PATCH') {
    const { order } = (await bodyOf(request)).data.attributes;
    return one(request, response, 200, api, (await queries.purposes('update', id, order))[0]);
  }
  if (request.method === 'DELETE') {
    const [gone] = await queries.purposes('softDelete', id);
    return send(response, gone ? 204 : 404, '');
  }
  return one(request, response, 200, api, (await queries.purposes('one', id))[0]);
}

async function purposes(api: string, query: string): Promise<string> {
  const parameters = new URLSearchParams(query);
  const name = parameters.get('filter[name]');
  const may = parameters.get('provideAuthorizationMeta') === 'true' ? true : undefined;
  const rows = name === null ? await queries.purposes('list') : await queries.purposes('named', name);
  const base = `${api}/callPurposes?`;
  const more = rows.length > PAGE && rows.pop();
  const next = more ? link(base, parameters, placeAfter(rows.at(-1), 2)) : undefined;
  const self = query ? link(base, parameters) : `${api}/callPurposes`;
  return page(
    { self, first: self, next },
    rows.map((row) => purposeObject(api, row, may)),
  );
}

async function calls(api: string, query: string): Promise<string> {
  const parameters = new URLSearchParams(query);
  const purpose = parameters.get('filter[callPurpose][id]');
  const after = parameters.get('page[after]');
  const place = after ? (JSON.parse(Buffer.from(after, 'base64url').toString()) as string[]) : null;
  const base = `${api}/calls?`;
  let rows: CallRow[];
  let isBehind: boolean;
  if (purpose) {
    const [from = '0'] = (parameters.get('filter[id]') ?? '0').split('..');
    rows = place
      ? await queries.calls('callsAfter', purpose, ...place)
      : await queries.calls('callsFrom', purpose, from);
    isBehind = place !== null && (await queries.isThere('callsBefore', purpose, ...place));
  } else {
    const [from = '-infinity'] = (parameters.get('filter[createdAt]') ?? '-infinity').split('..');
    rows = place ? await queries.calls('datesAfter', ...place) : await queries.calls('datesFrom', from);
    isBehind = place !== null && (await queries.isThere('datesBefore', ...place));
  }
  const more = rows.length > PAGE && rows.pop();
  const cursor = (row: CallRow | undefined) => (purpose ? placeAfter(row) : placeAfter(row, 13));
  parameters.delete('page[after]');
  const links = {
    self: query ? `${base}${query}` : `${api}/calls`,
    first: link(base, parameters),
    prev: isBehind ? link(base, parameters, cursor(rows.at(0)), 'page%5Bbefore%5D') : undefined,
    next: more ? link(base, parameters, cursor(rows.at(-1))) : undefined,
  };
  return page(
    links,
    rows.map((row) => callObject(api, row)),
  );
}

async function create(response: ServerResponse, api: string, { sub }: Claims, { data }: Body): Promise<void> {
  const { name } = data.attributes;
  const user = users.get(sub) ?? (await queries.userId(sub));
  users.set(sub, user);
  const [row] = await queries.purposes('create', name, name.normalize('NFKC').toLowerCase(), user);
  if (row) response.setHeader('Location', `${api}/callPurposes/${row[0]}`);
  return one(undefined, response, 201, api, row);
}

function one(
  request: IncomingMessage | undefined,
  response: ServerResponse,
  status: number,
  api: string,
  row: PurposeRow | undefined,
): void {
  if (!row) return send(response, 404, '{"errors":[]}');
  const document = single(`${api}/callPurposes/${row[0]}`, purposeObject(api, row));
  const etag = `"${row[0]}.${row[4]}-${createHash('sha1').update(document).digest('base64url').slice(0, 16)}"`;
  response.setHeader('ETag', etag);
  if (request?.headers['if-none-match'] === etag) return send(response, 304, '');
  return send(response, status, document);
}

interface Body {
  data: { attributes: { name: string; order: number } };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return JSON.parse(text) as Body;
}

function send(response: ServerResponse, status: number, document: string): void {
  const headers: Record<string, string | number> = { 'X-Request-Id': randomUUID(), Vary: 'Accept' };
  if (document !== '') {
    headers['Content-Type'] = 'application/vnd.api+json';
    headers['Content-Length'] = Buffer.byteLength(document);
  }
  response.writeHead(status, headers).end(document);
}

/** A cursor: the value of the sorting column of a row, if there is one beside the id, and the id. */
function placeAfter(row: PurposeRow | CallRow | undefined, column?: number): string {
  const key = column === undefined ? [] : [column === 13 ? iso(String(row?.[column])) : row?.[column]];
  return Buffer.from(JSON.stringify([...key, row?.[0]])).toString('base64url');
}

function link(base: string, parameters: URLSearchParams, cursor?: string, name = 'page%5Bafter%5D'): string {
  const others = parameters.toString();
  return base + (cursor ? `${others}${others ? '&' : ''}${name}=${cursor}` : others);
}
