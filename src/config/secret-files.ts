import { readFileSync } from 'node:fs';

/** The settings that may be secret, so that `NAME_FILE` can name a file that holds the value in place of `NAME`. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_LISTEN_URL',
  'DATABASE_REPLICA_URLS',
  'JWT_SECRET',
  'JWT_PUBLIC_KEY',
  'REDIS_URL',
];

/** Environment variables with the contents of secret files among them. */
export interface VariablesWithSecrets {
  variables: Record<string, string | undefined>;
  /** What is wrong with the files, by the name of the setting that one of them was to give. */
  faults: Map<string, string>;
  /** What the environment calls a setting: `NAME_FILE` where that is where it came from. */
  nameOf(setting: string): string;
}

/** Reads the files that `NAME_FILE` variables name, without the newline at their end, into `NAME`. */
export function withSecretFiles(given: Record<string, string | undefined>): VariablesWithSecrets {
  const variables = { ...given };
  const faults = new Map<string, string>();
  const fromFile = new Set<string>();
  for (const name of SECRETS) {
    const file = given[fileVariable(name)];
    if (file === undefined) continue;
    fromFile.add(name);
    if (given[name] !== undefined) faults.set(name, `excludes ${name}: set one of them`);
    else {
      try {
        variables[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
        if (!variables[name]?.trim()) faults.set(name, `names an empty file: ${file}`);
      } catch (error) {
        faults.set(name, `names a file that can't be read: ${(error as Error).message}`);
      }
    }
  }
  return { variables, faults, nameOf: (setting) => (fromFile.has(setting) ? fileVariable(setting) : setting) };
}

const fileVariable = (name: string): string => `${name}_FILE`;
