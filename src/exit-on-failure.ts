import { PlainError } from './config/plain-error.js';

/** Runs a program; when it fails, prints why and ends the process with status 1. */
export async function exitOnFailure(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    console.error(error instanceof PlainError ? error.message : error);
    process.exit(1);
  }
}
