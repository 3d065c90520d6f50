import { createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ANY_AUDIENCE, type Fault, type KEYS, faultsTogether } from './faults-together.js';
import { type CorsOrigins, corsOrigins } from './cors-origins.js';
import { databaseUrl, databaseUrls } from './database-url.js';
import { OperatorError } from './operator-error.js';
import { withSecretFiles } from './secret-files.js';
import { type PROXY_HEADERS, type TrustProxy, trustProxy, trustProxyHeaders } from './trust-proxy.js';

/** Log levels from quiet to verbose; `info` also covers Nest's `log`. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Where the data is: a PostgreSQL server (whose statements may take any time for a `patient` program), or the embedded PostgreSQL in `directory` (`null` keeps nothing). */
export type DatabaseSettings =
  | { kind: 'server'; url: string; listenUrl?: string; replicaUrls?: string[]; patient?: true }
  | { kind: 'embedded'; directory: string | null };

/** The key that tokens are checked with: `provider` has a set of them at its URL, `development` is made for the data directory. */
export type TokenKey =
  | { kind: 'secret'; secret: string }
  | { kind: 'public'; pem: string }
  | { kind: 'provider'; keySetUrl: string }
  | { kind: 'development' };

/** What those decide who run the service. */
export interface OperationSettings {
  /** The port of health and metrics; `null`: they are where the API is. */
  managementPort: number | null;
  /** The origins whose pages may read answers; `null`: none but the service's own. */
  corsOrigins: CorsOrigins | null;
  /** Whether there is an interactive page. */
  docs: boolean;
  /** How long the service says that it is not ready before it takes no more connections. */
  shutdownDelaySeconds: number;
  /** How long the start waits for a database that is out of reach. */
  databaseWaitSeconds: number;
}

/** Everything that the environment decides. Made once by {@link readSettings}; injected by this class. */
export class Settings {
  constructor(
    readonly production: boolean,
    readonly http: {
      port: number;
      host: string;
      publicUrl: string | null;
      trustProxy: TrustProxy;
      trustProxyHeaders: (typeof PROXY_HEADERS)[number];
    },
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
    /** 0 is no limit; with a Redis all processes that use it count together. */
    readonly rateLimit: { requestsPerHour: number; redisUrl: string | undefined },
    readonly operations: OperationSettings,
  ) {}
}

/** Thrown by {@link readSettings}; the message lists every fault, a line each. */
export class SettingsError extends OperatorError {
  constructor(faults: string[]) {
    super(`The settings can't be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

const text = z.string().trim().min(1);

const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

const port = wholeNumber.pipe(z.int().min(0).max(65535));

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment')
  .refine((url) => !/\s/.test(url), 'must have no blank')
  .refine(hasNoCredentials, 'must have no user and no password')
  .transform((url) => url.replace(/\/+$/, ''));

const redisUrl = z.url({ protocol: /^rediss?$/, error: 'must be a Redis URL (redis://user:password@host:6379/0)' });

const publicKey = text
  // A PEM in one line, as environment files often hold it.
  .transform((pem) => pem.replaceAll('\\n', '\n'))
  .refine(isUsablePublicKey, 'must be the PEM of a public key: RSA with at least 2048 bits, P-256, P-384 or P-521');

const keySetUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine(hasNoCredentials, 'must have no user and no password');

function hasNoCredentials(url: string): boolean {
  const { username, password } = URL.parse(url) ?? {};
  return !username && !password;
}

const seconds = (max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number of seconds').transform(Number).pipe(z.int().min(0).max(max));

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).optional(),
  PORT: port.default(3000),
  HOST: text.default('0.0.0.0'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_LISTEN_URL: databaseUrl.optional(),
  DATABASE_REPLICA_URLS: databaseUrls.optional(),
  DATA_DIR: text.default('./data'),
  DOCS: z.enum(['on', 'off']).default('on'),
  JWT_SECRET: text.optional(),
  JWT_PUBLIC_KEY: publicKey.optional(),
  JWT_JWKS_URI: keySetUrl.optional(),
  JWT_ISSUER: text.optional(),
  JWT_AUDIENCE: text.optional(),
  JWT_ROLES_CLAIM: text.default('roles'),
  JWT_ADMIN_ROLE: text.default('admin'),
  PUBLIC_URL: webUrl.optional(),
  TRUST_PROXY: trustProxy.default(() => () => false),
  TRUST_PROXY_HEADERS: trustProxyHeaders.default('x-forwarded'),
  RESOURCE_ID_FORMAT: z.enum(['string', 'integer']).default('string'),
  RESPONSE_CACHE: z.enum(['on', 'off']).default('on'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  MANAGEMENT_PORT: port.optional(),
  CORS_ORIGINS: corsOrigins.optional(),
  SHUTDOWN_DELAY_SECONDS: seconds(60).optional(),
  DATABASE_WAIT_SECONDS: seconds(600).default(30),
  RATE_LIMIT: wholeNumber.pipe(z.int()).default(10_000),
  REDIS_URL: redisUrl.optional(),
});

/**
 * Reads the settings of the README's table from environment variables and the files that they name; a variable that is set
 * but empty counts as unset.
 * @throws SettingsError naming every variable that can't be used.
 */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const given = withSecretFiles(Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim())));
  const { data: env, error } = environment.safeParse(given.variables);
  const faults: Fault[] = [
    ...(error?.issues.map(({ path, message }): Fault => [path.join('.'), message]) ?? []),
    ...faultsTogether(given.variables),
  ];
  if (!env || faults.length > 0 || given.faults.size > 0) {
    const others = faults.filter(([name]) => !given.faults.has(name));
    throw new SettingsError([...given.faults, ...others].map(([name, fault]) => `${given.nameOf(name)} ${fault}`));
  }

  const dataDirectory = env.DATA_DIR === 'memory:' ? null : resolve(env.DATA_DIR);
  return new Settings(
    env.NODE_ENV === 'production',
    {
      port: env.PORT,
      host: env.HOST,
      publicUrl: env.PUBLIC_URL ?? null,
      trustProxy: env.TRUST_PROXY,
      trustProxyHeaders: env.TRUST_PROXY_HEADERS,
    },
    env.DATABASE_URL
      ? {
          kind: 'server',
          url: env.DATABASE_URL,
          listenUrl: env.DATABASE_LISTEN_URL,
          replicaUrls: env.DATABASE_REPLICA_URLS,
        }
      : { kind: 'embedded', directory: dataDirectory },
    dataDirectory,
    {
      key: tokenKey(env),
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE === ANY_AUDIENCE ? undefined : env.JWT_AUDIENCE,
      rolesClaim: env.JWT_ROLES_CLAIM,
      adminRole: env.JWT_ADMIN_ROLE,
    },
    env.RESOURCE_ID_FORMAT,
    env.LOG_LEVEL,
    env.RESPONSE_CACHE === 'on',
    { requestsPerHour: env.RATE_LIMIT, redisUrl: env.REDIS_URL },
    {
      managementPort: env.MANAGEMENT_PORT ?? null,
      corsOrigins: env.CORS_ORIGINS ?? null,
      docs: env.DOCS === 'on',
      shutdownDelaySeconds: env.SHUTDOWN_DELAY_SECONDS ?? (env.NODE_ENV === 'production' ? 2 : 0),
      databaseWaitSeconds: env.DATABASE_WAIT_SECONDS,
    },
  );
}

function tokenKey(env: Partial<Record<(typeof KEYS)[number], string>>): TokenKey {
  if (env.JWT_JWKS_URI) return { kind: 'provider', keySetUrl: env.JWT_JWKS_URI };
  if (env.JWT_PUBLIC_KEY) return { kind: 'public', pem: env.JWT_PUBLIC_KEY };
  return env.JWT_SECRET ? { kind: 'secret', secret: env.JWT_SECRET } : { kind: 'development' };
}

/** An RSA key of at least 2048 bits (RFC 7518, section 3.3), or a curve that ES256, ES384 or ES512 is for. */
function isUsablePublicKey(pem: string): boolean {
  if (pem.includes('PRIVATE KEY')) return false;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    if (asymmetricKeyType === 'rsa') return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    return ['prime256v1', 'secp384r1', 'secp521r1'].includes(asymmetricKeyDetails?.namedCurve ?? '');
  } catch {
    return false;
  }
}
