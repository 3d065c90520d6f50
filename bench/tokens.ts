import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** What tokens are signed and checked with. */
export interface Keys {
  algorithm: 'HS256' | 'RS256';
  /** For the environment of a server. */
  env: Record<string, string>;
  /** `Authorization` headers of several users. */
  users: Record<string, string>[];
}

const USERS = 20;
const SECRET = 'a secret that only the benchmark knows, of more than 32 bytes';

/** Tokens of administrators with all scopes, with a shared secret. */
export function secretKeys(): Keys {
  const key = createSecretKey(Buffer.from(SECRET));
  return {
    algorithm: 'HS256',
    env: { JWT_SECRET: SECRET },
    users: tokens((claims, options) => jwt.sign(claims, key, options), 'HS256'),
  };
}

/** The same with a key pair, as an identity provider signs them. */
export function publicKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    algorithm: 'RS256',
    env: { JWT_PUBLIC_KEY: pem },
    users: tokens((claims, options) => jwt.sign(claims, privateKey, options), 'RS256'),
  };
}

function tokens(
  sign: (claims: object, options: jwt.SignOptions) => string,
  algorithm: Keys['algorithm'],
): Record<string, string>[] {
  return Array.from({ length: USERS }, (_, n) => {
    const claims = { name: `Bench ${n}`, roles: ['admin'], scope: 'callPurposes.all calls.all users.read' };
    const token = sign(claims, { algorithm, subject: `bench-${n}`, expiresIn: '1d' });
    return { authorization: `Bearer ${token}` };
  });
}
