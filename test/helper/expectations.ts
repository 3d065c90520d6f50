import { expect } from '@jest/globals';
import type { Answer, ErrorObject } from './client.js';

/** Fails unless the answer is a document with exactly one error, of that status and code. @returns the error */
export function expectError(answer: Answer, status: number, code: string): ErrorObject {
  expect({ status: answer.status, codes: answer.errors.map((error) => error.code) }).toEqual({ status, codes: [code] });
  const [error] = answer.errors as [ErrorObject];
  expect(error).toMatchObject({ id: code, status: String(status) });
  expect(answer.document).not.toHaveProperty('data');
  return error;
}

/** Fails unless the answer refuses the request for want of a good token: `sent` tells whether there was one, `as` what is wrong with it. */
export function expectUnauthorized(answer: Answer, { sent, as = 'not valid' }: { sent: boolean; as?: string }): void {
  const { detail } = expectError(answer, 401, 'unauthorized');
  expect(detail).toBe(sent ? `The bearer token is ${as}.` : 'The request has no bearer token.');
  expect(answer.headers['www-authenticate']).toBe(
    sent ? `Bearer error="invalid_token", error_description="The bearer token is ${as}."` : 'Bearer',
  );
}

/**
 * Fails unless the answer is what every answer of the API is, whatever the request: no fault of the service, and a document
 * where there should be one. That it is a JSON:API document the client has checked.
 */
export function expectSound(answer: Answer, method: string): void {
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers['x-request-id']).toMatch(/^[\w.:/+=@-]{1,128}$/);
  // The root leads to the documentation, which is no part of the API.
  if (answer.status === 302) return expect(answer.headers.location).toMatch(/\/docs$/);
  expect(answer.headers.vary).toBe('Accept');
  if (answer.text === '') expect(method === 'HEAD' || [204, 304].includes(answer.status)).toBe(true);
  else expect(answer.errors.length > 0).toBe(answer.status >= 400);
  for (const { id, code, status } of answer.errors) expect([id, status]).toEqual([code, String(answer.status)]);
}
