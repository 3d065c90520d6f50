import { expect } from '@jest/globals';
import type { Answer } from './client.js';

/** Fails unless the answer is one error about that query parameter: 400 is for what does not exist, 422 for unusable values. */
export function expectRefusal({ status, errors }: Answer, expected: 400 | 422, parameter: string): void {
  expect({ status, errors }).toMatchObject({
    status: expected,
    errors: [
      {
        status: String(expected),
        code: expected === 400 ? 'invalidQueryParameter' : 'validationError',
        source: { parameter },
      },
    ],
  });
}
