import { OperatorError } from './config/operator-error.js';

/** Runs a program; when it fails, prints why and ends the process with status 1. */
export async function exitOnFailure(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    console.error(error instanceof OperatorError ? error.message : error);
    process.exit(1);
  }
}
