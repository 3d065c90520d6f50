import { createHmac } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { ALL_SCOPES, SECRET } from './build.js';

export type Claims = Record<string, unknown>;

/** Seconds since the epoch, that many from now. */
export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** What a good token says, with some claims changed; `undefined` leaves a claim out. */
export const claims = (changes: Claims = {}): Claims =>
  JSON.parse(
    JSON.stringify({ sub: 'ada', scope: ALL_SCOPES.join(' '), exp: secondsFromNow(3600), ...changes }),
  ) as Claims;

/** A token signed with the service's secret. */
export const tokenOf = (changes: Claims = {}, secret: string | Buffer = SECRET): string =>
  jwt.sign(claims(changes), secret, { algorithm: 'HS256', noTimestamp: true });

/** A token whose HMAC holds, whatever its header and payload say. */
export function handmadeToken(
  header: unknown,
  payload: unknown,
  { secret = SECRET, hash = 'sha256' }: { secret?: string | Buffer; hash?: string } = {},
): string {
  const signed = `${encoded(header)}.${encoded(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** A part of a token. */
export const encoded = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
