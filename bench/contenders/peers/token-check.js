import { createPublicKey, createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';

const { JWT_PUBLIC_KEY, JWT_SECRET = '' } = process.env;
const key = JWT_PUBLIC_KEY ? createPublicKey(JWT_PUBLIC_KEY) : createSecretKey(Buffer.from(JWT_SECRET));
const algorithms = [JWT_PUBLIC_KEY ? 'RS256' : 'HS256'];

/** Whether an `Authorization` header has a token that holds. None of the libraries does that by itself. */
export function isAuthorized(authorization = '') {
  try {
    jwt.verify(authorization.replace(/^Bearer /, ''), key, { algorithms });
    return true;
  } catch {
    return false;
  }
}
