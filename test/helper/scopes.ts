import { expect } from '@jest/globals';
import type { Answer } from './client.js';
import { expectError } from './expectations.js';

/** Every set that can be made of these. */
export const subsetsOf = (scopes: string[]): string[][] =>
  scopes.reduce<string[][]>((sets, scope) => [...sets, ...sets.map((set) => [...set, scope])], [[]]);

/** A set of scopes for the name of a test. */
export const named = (scopes: string[]): string => (scopes.length > 0 ? `only ${scopes.join(' and ')}` : 'no scope');

/** Fails unless the answer says that the token lacks that scope. */
export function expectMissingScope(answer: Answer, scope: string): void {
  const { detail } = expectError(answer, 403, 'unauthorizedOauthScope');
  expect(detail).toContain(`'${scope}'`);
}
