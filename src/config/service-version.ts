import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of this service, as its package says. */
export const serviceVersion = versionIn(findPackageJSON(import.meta.url));

function versionIn(path: string | undefined): string {
  const { version } = JSON.parse(path ? readFileSync(path, 'utf8') : '{}') as { version?: string };
  return version ?? 'unknown';
}
