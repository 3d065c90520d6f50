import { readdirSync } from 'node:fs';

/**
 * Loads all test files of a folder into the one that asks, so that they share one load of the application.
 * Files that are run like this have their hooks within a `describe`.
 */
export async function runTogether(folder: string): Promise<void> {
  for (const name of readdirSync(folder).sort()) if (name.endsWith('.test.ts')) await import(`${folder}/${name}`);
}
