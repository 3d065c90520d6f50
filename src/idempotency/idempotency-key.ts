import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../json-api/errors/json-api-error.js';

const STRING = String.raw`"(?:[ !#-[\]-~]|\\["\\])+"`;
const PARAMETER = String.raw`; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[^\s";]+))?`;

/**
 * What an `Idempotency-Key` header may be: a string of RFC 9651 with parameters, as the draft wants it, or bare, as many
 * clients send it. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const IDEMPOTENCY_KEY = {
  pattern: String.raw`^(?:${STRING}(?:${PARAMETER})*|[\w.:/+=@~-]+)$`,
  maxLength: 255,
};

export const HEADER = { header: 'Idempotency-Key' };

const { pattern, maxLength } = IDEMPOTENCY_KEY;
const HEADER_VALUE = new RegExp(pattern);

/** The string alone; parameters, of which none is defined, say nothing. */
const QUOTED = /^"((?:[^"\\]|\\.)*)"/;

/**
 * Reads an `Idempotency-Key` header.
 * @throws JsonApiError 400 when it holds no key
 */
export function readIdempotencyKey(header: string | string[] | undefined): string {
  const text = String(header);
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? text;
  if (HEADER_VALUE.test(text) && key.length <= maxLength) return key;
  throw badRequest(`The key must be a string in quotes, of 1 to ${maxLength} characters, such as "3fd2-81".`, HEADER);
}

/**
 * What makes a request the same as another of the same user: method, URL and body, byte by byte, and what the response depends
 * on beside these.
 * @param origin that the links of the response begin with
 * @param scopesAndRoles of the token
 */
export const digestOf = ({ method, url, body }: FastifyRequest, origin: string, scopesAndRoles: string): string =>
  digest(`${method} ${origin} ${url} ${scopesAndRoles}\n`, body);

/** The digest of the release before, by whose processes responses may have been kept until a day ago. */
export const formerDigestOf = ({ method, url, body }: FastifyRequest): string => digest(`${method} ${url}\n`, body);

function digest(text: string, body: unknown): string {
  const hash = createHash('sha256').update(text);
  if (Buffer.isBuffer(body)) hash.update(body);
  return hash.digest('base64url');
}
