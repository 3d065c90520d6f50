/** Of these, one at most may be set. */
export const KEYS = ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'] as const;

/** A variable, and what is wrong with it. */
export type Fault = readonly [name: string, fault: string];

/** Bytes of an HS256 secret that can't be guessed from a token. */
const STRONG_SECRET = 32;

/** In place of an audience: every one is meant. */
export const ANY_AUDIENCE = 'any';

/** What is wrong with variables together, whatever else is wrong with each of them. */
export function faultsTogether(given: Partial<Record<string, string>>): Fault[] {
  const [key, ...others] = KEYS.filter((name) => given[name]);
  const faults = others.map((other): Fault => [other, `excludes ${key}: set one of them`]);
  if (given.DATABASE_REPLICA_URLS && !given.DATABASE_URL) faults.push(['DATABASE_REPLICA_URLS', 'needs DATABASE_URL']);
  const production = given.NODE_ENV === 'production';
  // Blanks around it are no part of it.
  const isWeak = given.JWT_SECRET !== undefined && Buffer.byteLength(given.JWT_SECRET.trim()) < STRONG_SECRET;
  if (isWeak && (production || given.DATABASE_URL)) {
    faults.push(['JWT_SECRET', `must have at least ${STRONG_SECRET} bytes in production, and with a database server`]);
  }
  return production ? [...faults, ...faultsInProduction(given, key)] : faults;
}

/** What is good enough for trying out, and not where it counts. */
function faultsInProduction(given: Partial<Record<string, string>>, key: string | undefined): Fault[] {
  const faults: Fault[] = [];
  if (!key) faults.push(['JWT_SECRET', 'or JWT_PUBLIC_KEY or JWT_JWKS_URI is needed in production']);
  if (!given.DATABASE_URL && !given.DATA_DIR) {
    faults.push(['DATABASE_URL', 'is needed in production, or DATA_DIR for the embedded database']);
  }
  if (!given.JWT_JWKS_URI) return faults;
  if (!isSafeToFetch(given.JWT_JWKS_URI)) faults.push(['JWT_JWKS_URI', 'must be an https URL in production']);
  // A provider signs the tokens of all of its applications with the same keys.
  if (!given.JWT_ISSUER) faults.push(['JWT_ISSUER', 'is needed in production with JWT_JWKS_URI']);
  if (!given.JWT_AUDIENCE) {
    const audience = `is needed in production with JWT_JWKS_URI ('${ANY_AUDIENCE}' for every application's tokens)`;
    faults.push(['JWT_AUDIENCE', audience]);
  }
  return faults;
}

/** Whether nobody between can put keys of their own there. */
function isSafeToFetch(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {};
  return protocol !== 'http:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
