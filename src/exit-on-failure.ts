import { SettingsError } from './config/settings.js';
import { DataDirectoryInUseError } from './database/data-directory-lock.js';

/** Errors whose message says all there is to know. */
const PLAIN = [SettingsError, DataDirectoryInUseError];

/** Runs a program; when it fails, prints why and ends the process with status 1. */
export async function exitOnFailure(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    console.error(PLAIN.some((kind) => error instanceof kind) ? (error as Error).message : error);
    process.exit(1);
  }
}
