import jwt from 'jsonwebtoken';
import { JsonApiError } from '../json-api/errors/json-api-error.js';

/**
 * 401 (RFC 6750, section 3.1), in words that tell the client what to do about it, and of the service's settings nothing.
 * @param reason what the token was refused for: as jsonwebtoken says it, or a sentence
 */
export function invalidToken(reason: unknown): JsonApiError {
  const description = typeof reason === 'string' ? reason : descriptionOf(reason);
  return new JsonApiError('unauthorized', description, undefined, {
    'WWW-Authenticate': `Bearer error="invalid_token", error_description="${description}"`,
  });
}

function descriptionOf(reason: unknown): string {
  if (reason instanceof jwt.TokenExpiredError) return 'The bearer token is expired.';
  if (reason instanceof jwt.NotBeforeError) return 'The bearer token is not yet valid.';
  const message = reason instanceof jwt.JsonWebTokenError ? reason.message : '';
  if (message.startsWith('jwt issuer invalid')) return 'The bearer token is of a wrong issuer.';
  if (message.startsWith('jwt audience invalid')) return 'The bearer token is of a wrong audience.';
  return 'The bearer token is not valid.';
}
