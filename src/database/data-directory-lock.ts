import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PlainError } from '../config/plain-error.js';

/** Thrown when another process has the data directory open. */
export class DataDirectoryInUseError extends PlainError {
  constructor(directory: string) {
    super(`Another process uses the data directory ${directory}. Stop it first, or set DATA_DIR to another directory.`);
  }
}

/**
 * Keeps other processes out of the data directory, which is made when missing, until `close()`.
 *
 * The lock is an open exclusive transaction of SQLite: the operating system ends it however the process ends, and it holds
 * between containers that share the directory, where a file with a process id would mean nothing.
 * @throws DataDirectoryInUseError
 */
export function lockDataDirectory(directory: string): { close(): void } {
  mkdirSync(directory, { recursive: true });
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error instanceof Error && /locked/.test(error.message) ? new DataDirectoryInUseError(directory) : error;
  }
}
