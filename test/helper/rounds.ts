import { expect } from '@jest/globals';
import type { Ledger } from './ledger.js';

/** How often each fault is made: twice in the suite, a hundred times by `npm run test:faults`. */
export const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 2);

/** Says how much there was to lose; without writes, nothing was shown. */
export function report(what: string, { acknowledged, unanswered }: Ledger): void {
  expect(acknowledged).toBeGreaterThan(ROUNDS);
  expect(unanswered).toBeGreaterThan(0);
  if (process.env.FAULT_ROUNDS)
    console.info(`${what}: ${acknowledged} writes acknowledged, ${unanswered} unanswered, none lost.`);
}
