import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program was started with and has written to both of its outputs. */
export interface Output {
  program: string;
  env: Record<string, string>;
  written: { stdout: string; stderr: string };
}

const SIGNED_TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]{20,}/;

/** The token to try out, which the service prints at its start outside production, and the command with it. */
const WELCOME = /^ *Token .*$|^curl .*$/gm;

const SECRETS = ['JWT_SECRET', 'IMPORT_TOKEN', 'IMPORT_TO_TOKEN'];
const URLS_WITH_PASSWORD = ['DATABASE_URL', 'DATABASE_LISTEN_URL', 'REDIS_URL'];

/**
 * Fails when a program has written a token, a secret that it was given or made, or, if it is the service, anything that was
 * sent to it.
 * @param sent texts in the bodies of requests
 */
export function expectNoSecrets(outputs: Output[], sent: Set<string>): void {
  for (const { program, env, written } of outputs) {
    // Its purpose.
    if (program === 'cli/token') continue;
    const text = `${written.stdout}\n${written.stderr}`.replace(WELCOME, '');
    const shown = [...secretsOf(env), ...(program === 'main' ? sent : [])].filter((secret) => text.includes(secret));
    const token = SIGNED_TOKEN.exec(text)?.[0];
    if (token || shown.length > 0)
      throw new Error(`${program} shows ${JSON.stringify([...shown, ...(token ? [token] : [])])}:\n${text}`);
  }
}

function secretsOf(env: Record<string, string>): string[] {
  const file = join(env.DATA_DIR ?? '', 'development-secret');
  const secrets = [
    ...SECRETS.map((name) => env[name]),
    ...URLS_WITH_PASSWORD.map((name) => URL.parse(env[name] ?? '')?.password),
    existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined,
  ];
  return secrets.filter((secret) => secret !== undefined && secret.length >= 7) as string[];
}

/** The texts of people's own in a resource object that is sent. */
export function textsIn(data: unknown): string[] {
  const { attributes } = (data ?? {}) as { attributes?: Record<string, unknown> };
  return ['name', 'note']
    .map((attribute) => attributes?.[attribute])
    .filter((value): value is string => typeof value === 'string' && value.length >= 5);
}
