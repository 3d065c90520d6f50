import { createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { PlainError } from './plain-error.js';
import { withSecretFiles } from './secret-files.js';

/** Log levels from quiet to verbose; `info` also covers Nest's `log`. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Where the data is: a PostgreSQL server, or the embedded PostgreSQL in `directory` (`null` keeps nothing). */
export type DatabaseSettings =
  { kind: 'server'; url: string; listenUrl?: string } | { kind: 'embedded'; directory: string | null };

/** The key that tokens are checked with; `development` is made for the data directory. */
export type TokenKey = { kind: 'secret'; secret: string } | { kind: 'public'; pem: string } | { kind: 'development' };

/** Everything that the environment decides. Made once by {@link readSettings}; injected by this class. */
export class Settings {
  constructor(
    readonly production: boolean,
    readonly http: { port: number; host: string; publicUrl: string | null; trustProxy: TrustProxy },
    readonly database: DatabaseSettings,
    readonly dataDirectory: string | null,
    readonly tokens: {
      key: TokenKey;
      issuer: string | undefined;
      audience: string | undefined;
      rolesClaim: string;
      adminRole: string;
    },
    readonly resourceIdFormat: 'string' | 'integer',
    readonly logLevel: (typeof LOG_LEVELS)[number],
    /** Whether answers to reads may come from memory. */
    readonly responseCache: boolean,
  ) {}
}

/** Whether the headers that the peer at that many hops from this process sent about its own client are believed. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** Thrown by {@link readSettings}; the message lists every fault, a line each. */
export class SettingsError extends PlainError {
  constructor(faults: string[]) {
    super(`The settings can't be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

const text = z.string().trim().min(1);

const port = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.int().min(0).max(65535));

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment')
  .transform((url) => url.replace(/\/+$/, ''));

const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be a PostgreSQL URL (postgresql://user:password@host:5432/name)',
});

const publicKey = text
  // A PEM in one line, as environment files often hold it.
  .transform((pem) => pem.replaceAll('\\n', '\n'))
  .refine(isUsablePublicKey, 'must be the PEM of an RSA or P-256/P-384/P-521 public key');

const trustProxy = text.transform((value, context): TrustProxy => {
  if (value === 'true' || value === 'false') return () => value === 'true';
  if (/^\d+$/.test(value)) return (_address, hop) => hop < Number(value);
  try {
    return proxyAddr.compile(value.split(',').map((entry) => entry.trim()));
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be true, false, a number of hops, or addresses and networks with commas',
    });
    return z.NEVER;
  }
});

const environment = z
  .object({
    NODE_ENV: text.optional(),
    PORT: port.default(3000),
    HOST: text.default('0.0.0.0'),
    DATABASE_URL: databaseUrl.optional(),
    DATABASE_LISTEN_URL: databaseUrl.optional(),
    DATA_DIR: text.default('./data'),
    JWT_SECRET: text.optional(),
    JWT_PUBLIC_KEY: publicKey.optional(),
    JWT_ISSUER: text.optional(),
    JWT_AUDIENCE: text.optional(),
    JWT_ROLES_CLAIM: text.default('roles'),
    JWT_ADMIN_ROLE: text.default('admin'),
    PUBLIC_URL: webUrl.optional(),
    TRUST_PROXY: trustProxy.default(() => () => false),
    RESOURCE_ID_FORMAT: z.enum(['string', 'integer']).default('string'),
    RESPONSE_CACHE: z.enum(['on', 'off']).default('on'),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    JWT_JWKS_URI: z.never({ error: 'is not available yet: use JWT_PUBLIC_KEY' }).optional(),
    REDIS_URL: z.never({ error: 'is not available yet: there is no rate limit to share' }).optional(),
    RATE_LIMIT: z.literal('0', { error: 'is not available yet: leave it out, or set it to 0' }).optional(),
  })
  .superRefine((env, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (env.JWT_SECRET && env.JWT_PUBLIC_KEY) fault('JWT_PUBLIC_KEY', 'excludes JWT_SECRET: set one of them');
    if (env.NODE_ENV !== 'production') return;
    if (!env.JWT_SECRET && !env.JWT_PUBLIC_KEY) fault('JWT_SECRET', 'or JWT_PUBLIC_KEY is needed in production');
    if (env.JWT_SECRET && Buffer.byteLength(env.JWT_SECRET) < 32)
      fault('JWT_SECRET', 'must have at least 32 bytes in production');
  });

/**
 * Reads the settings of the README's table from environment variables and the files that they name; a variable that is set
 * but empty counts as unset.
 * @throws SettingsError naming every variable that can't be used.
 */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const given = withSecretFiles(Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim())));
  const { success, data: env, error } = environment.safeParse(given.variables);
  if (!success || given.faults.size > 0) {
    const faults = (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message] as const);
    const others = faults.filter(([name]) => !given.faults.has(name));
    throw new SettingsError([...given.faults, ...others].map(([name, fault]) => `${given.nameOf(name)} ${fault}`));
  }

  const dataDirectory = env.DATA_DIR === 'memory:' ? null : resolve(env.DATA_DIR);
  return new Settings(
    env.NODE_ENV === 'production',
    { port: env.PORT, host: env.HOST, publicUrl: env.PUBLIC_URL ?? null, trustProxy: env.TRUST_PROXY },
    env.DATABASE_URL
      ? { kind: 'server', url: env.DATABASE_URL, listenUrl: env.DATABASE_LISTEN_URL }
      : { kind: 'embedded', directory: dataDirectory },
    dataDirectory,
    {
      key: tokenKey(env.JWT_SECRET, env.JWT_PUBLIC_KEY),
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE,
      rolesClaim: env.JWT_ROLES_CLAIM,
      adminRole: env.JWT_ADMIN_ROLE,
    },
    env.RESOURCE_ID_FORMAT,
    env.LOG_LEVEL,
    env.RESPONSE_CACHE === 'on',
  );
}

function tokenKey(secret?: string, pem?: string): TokenKey {
  if (pem) return { kind: 'public', pem };
  return secret ? { kind: 'secret', secret } : { kind: 'development' };
}

function isUsablePublicKey(pem: string): boolean {
  try {
    const key = createPublicKey(pem);
    return (
      key.asymmetricKeyType === 'rsa' ||
      ['prime256v1', 'secp384r1', 'secp521r1'].includes(key.asymmetricKeyDetails?.namedCurve ?? '')
    );
  } catch {
    return false;
  }
}
