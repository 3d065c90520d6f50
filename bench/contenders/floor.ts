import { createServer } from 'node:http';
import { tokenVerifier } from './token-verifier.js';

interface Stored {
  headers: Record<string, string | number>;
  etag: string | null;
  bytes: Buffer;
}

const verifyToken = tokenVerifier(process.env);
const expiry = new Map<string, number>();
const answers = new Map<string, Stored>();

/** What Node itself takes: the bytes of an answer that `SOURCE` gave once, to whoever has a token that held once. */
createServer((request, response) => {
  const { authorization = '', 'if-none-match': tag } = request.headers;
  const url = request.url ?? '';
  let goodUntil = expiry.get(authorization);
  if (goodUntil === undefined) {
    goodUntil = verifyToken(authorization)?.exp ?? 0;
    expiry.set(authorization, goodUntil);
  }
  if (goodUntil * 1000 < Date.now()) return void response.writeHead(401).end();

  const known = answers.get(url);
  if (!known) {
    return void store(url, authorization).then(
      ({ headers, bytes }) => response.writeHead(200, headers).end(bytes),
      () => response.writeHead(502).end(),
    );
  }
  if (tag !== undefined && tag === known.etag) return void response.writeHead(304, { ETag: tag }).end();
  response.writeHead(200, known.headers).end(known.bytes);
}).listen(Number(process.env.PORT), '127.0.0.1');

async function store(url: string, authorization: string): Promise<Stored> {
  const answer = await fetch(`${process.env.SOURCE}${url}`, { headers: { authorization } });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const etag = answer.headers.get('etag');
  const headers = {
    'Content-Type': answer.headers.get('content-type') ?? '',
    'Content-Length': bytes.length,
    Vary: 'Accept',
    ...(etag && { ETag: etag }),
  };
  const stored = { headers, etag, bytes };
  answers.set(url, stored);
  return stored;
}
