import { createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { PlainError } from './plain-error.js';

/** Log levels from quiet to verbose; `info` also covers Nest's `log`. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Where the data is: a PostgreSQL server, or the embedded PostgreSQL in `directory` (`null` keeps nothing). */
export type DatabaseSettings =
  { kind: 'server'; url: string; listenUrl?: string } | { kind: 'embedded'; directory: string | null };

/** The key that tokens are checked with; `development` is made for the data directory. */
export type TokenKey = { kind: 'secret'; secret: string } | { kind: 'public'; pem: string } | { kind: 'development' };

/** What those decide who run the service. */
export interface OperationSettings {
  /** The port of health and metrics; `null`: they are where the API is. */
  managementPort: number | null;
  /** The origins whose pages may read answers; `null`: none but the service's own. */
  corsOrigins: string[] | '*' | null;
  /** How long the service says that it is not ready before it takes no more connections. */
  shutdownDelaySeconds: number;
  /** How long the start waits for a database that is out of reach. */
  databaseWaitSeconds: number;
}

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
    readonly operations: OperationSettings,
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

const seconds = (max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number of seconds').transform(Number).pipe(z.int().min(0).max(max));

const corsOrigins = text
  .transform((value) => (value === '*' ? '*' : value.split(',').map((entry) => entry.trim())))
  .refine(
    (origins) => origins === '*' || origins.every(isOrigin),
    'must be * or origins with commas, such as https://app.example.com',
  );

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
    MANAGEMENT_PORT: port.optional(),
    CORS_ORIGINS: corsOrigins.optional(),
    SHUTDOWN_DELAY_SECONDS: seconds(60).optional(),
    DATABASE_WAIT_SECONDS: seconds(600).default(30),
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
 * Reads the settings of the README's table from environment variables; a variable that is set but empty counts as unset.
 * @throws SettingsError naming every variable that can't be used.
 */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const { success, data: env, error } = environment.safeParse(given);
  if (!success) throw new SettingsError(error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));

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
    {
      managementPort: env.MANAGEMENT_PORT ?? null,
      corsOrigins: env.CORS_ORIGINS ?? null,
      shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS ?? (env.NODE_ENV === 'production' ? 2 : 0),
      databaseWaitSeconds: env.DATABASE_WAIT_SECONDS,
    },
  );
}

function tokenKey(secret?: string, pem?: string): TokenKey {
  if (pem) return { kind: 'public', pem };
  return secret ? { kind: 'secret', secret } : { kind: 'development' };
}

const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;

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
