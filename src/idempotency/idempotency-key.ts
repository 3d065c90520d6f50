import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../json-api/json-api-error.js';

export const HEADER = { header: 'Idempotency-Key' };

/** A string of RFC 9651, as the draft wants it. */
const STRING = /^"((?:[ !#-[\]-~]|\\["\\])+)"$/;

/** What many clients send in place of it. */
const BARE = /^[\w.:/+=@~-]+$/;

const MAX_LENGTH = 255;

/**
 * Reads an `Idempotency-Key` header: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws JsonApiError 400 when it holds no key
 */
export function readIdempotencyKey(header: string | string[] | undefined): string {
  const text = String(header);
  const key = STRING.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? (BARE.test(text) ? text : '');
  if (key !== '' && key.length <= MAX_LENGTH) return key;
  throw badRequest(`The key must be a string in quotes, of 1 to ${MAX_LENGTH} characters, such as "3fd2-81".`, HEADER);
}

/** What makes a request the same as another of the same user: method, path, query and body, byte by byte. */
export function digestOf({ method, url, body }: FastifyRequest): string {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  if (Buffer.isBuffer(body)) hash.update(body);
  return hash.digest('base64url');
}
