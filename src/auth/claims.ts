import { Principal } from './principal.js';

export type Claims = Record<string, unknown>;

/** Text that a database can keep: no NUL or other control character, no half of a surrogate pair. */
const isPlainText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !/\p{Cc}/u.test(value) && value.trim() !== '';

/**
 * The principal of the claims of a verified token.
 * @param rolesClaim the claim with the roles: its name, or a path into nested claims such as `realm_access.roles`
 * @returns undefined when the claims lack what is required: `sub` and `exp`
 */
export function principalOf(claims: Claims, rolesClaim: string, adminRole: string): Principal | undefined {
  const { sub, exp, name, email, scope, scp } = claims;
  if (!isPlainText(sub) || sub.length > 255 || typeof exp !== 'number') return undefined;
  const roles = rolesOf(claimAt(claims, rolesClaim));
  return new Principal(
    sub,
    isPlainText(name) ? name : null,
    isPlainText(email) ? email : null,
    new Set([...scopesIn(scope), ...scopesIn(scp)]),
    roles,
    roles.includes(adminRole),
    exp,
  );
}

/** A claim may have dots in its own name (`https://example.com/roles`), so the name as a whole comes first. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (!(value instanceof Object) || !Object.hasOwn(value, name)) return undefined;
    value = (value as Claims)[name];
  }
  return value;
}

/** Scopes come as one text with blanks between them (RFC 8693), or as an array. */
const scopesIn = (claim: unknown): string[] =>
  typeof claim === 'string' ? claim.split(' ').filter((entry) => entry !== '') : textsIn(claim);

/** Roles come as an array, or as a text that is one role: a name such as "Domain Users" has blanks in it. */
const rolesOf = (claim: unknown): string[] => (typeof claim === 'string' ? [claim] : textsIn(claim));

const textsIn = (claim: unknown): string[] =>
  Array.isArray(claim) ? claim.filter((entry) => typeof entry === 'string') : [];
