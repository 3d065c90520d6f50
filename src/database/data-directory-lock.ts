import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../config/operator-error.js';

/** Thrown when another process has the data directory open. */
export class DataDirectoryInUseError extends OperatorError {
  constructor(directory: string) {
    super(`Another process uses the data directory ${directory}. Stop it first, or set DATA_DIR to another directory.`);
  }
}

/** Thrown when the data directory is not there to be written. */
export class DataDirectoryNotWritableError extends OperatorError {
  constructor(directory: string, reason: string) {
    super(
      `The data directory ${directory} can't be written (${reason}). Set DATA_DIR to one that can be, or DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/**
 * Keeps other processes out of the data directory, which is made when missing, until `close()`.
 *
 * The lock is an open exclusive transaction of SQLite: the operating system ends it however the process ends, and it holds
 * between containers that share the directory, where a file with a process id would mean nothing.
 * @throws DataDirectoryInUseError, DataDirectoryNotWritableError
 */
export function lockDataDirectory(directory: string): { close(): void } {
  const lock = openLock(directory);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error instanceof Error && /locked/.test(error.message) ? new DataDirectoryInUseError(directory) : error;
  }
}

function openLock(directory: string): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true });
    keepFromOthers(directory);
    accessSync(directory, constants.W_OK);
    return new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  } catch (error) {
    throw new DataDirectoryNotWritableError(directory, (error as Error).message);
  }
}

/** PostgreSQL's own rule for a data directory: nobody but its owner reads it, not even files that were there before. */
function keepFromOthers(directory: string): void {
  process.umask(0o077);
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const path of ['.', ...entries].map((entry) => join(directory, entry))) {
    const entry = lstatSync(path);
    // A directory that was mounted may be another's.
    if (entry.isSymbolicLink() || entry.uid !== process.getuid?.()) continue;
    if ((entry.mode & 0o077) !== 0) chmodSync(path, entry.mode & 0o700);
  }
}
