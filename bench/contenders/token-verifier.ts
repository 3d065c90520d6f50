import { createHmac, createPublicKey, createSecretKey, timingSafeEqual, verify } from 'node:crypto';

export interface Claims {
  sub: string;
  exp: number;
  scope: string;
  roles: string[];
}

/** Makes what verifies an `Authorization` header with the key of the environment, in full every time. */
export function tokenVerifier(env: NodeJS.ProcessEnv): (authorization: string | undefined) => Claims | null {
  const isSigned = env.JWT_PUBLIC_KEY ? rs256(env.JWT_PUBLIC_KEY) : hs256(env.JWT_SECRET ?? '');
  return (authorization) => {
    if (!authorization?.startsWith('Bearer ')) return null;
    const token = authorization.slice(7);
    const dot = token.indexOf('.');
    const lastDot = token.lastIndexOf('.');
    if (!isSigned(token.slice(0, dot), token.slice(0, lastDot), token.slice(lastDot + 1))) return null;
    const claims = JSON.parse(Buffer.from(token.slice(dot + 1, lastDot), 'base64url').toString()) as Claims;
    return claims.exp > Date.now() / 1000 ? claims : null;
  };
}

type Check = (header: string, signed: string, signature: string) => boolean;

function hs256(secret: string): Check {
  const key = createSecretKey(Buffer.from(secret));
  return (header, signed, signature) => {
    if (!names(header, 'HS256')) return false;
    const expected = createHmac('sha256', key).update(signed).digest();
    const given = Buffer.from(signature, 'base64url');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}

function rs256(pem: string): Check {
  const key = createPublicKey(pem);
  return (header, signed, signature) =>
    names(header, 'RS256') && verify('RSA-SHA256', Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
}

const names = (header: string, algorithm: string): boolean =>
  (JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string }).alg === algorithm;
