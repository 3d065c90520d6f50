export type Action = 'read' | 'write' | 'delete';

/** What a request does, by its method. */
export const ACTIONS: Record<'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE', Action> & Partial<Record<string, Action>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** Who a token speaks for and what it allows; made from claims that have been verified. */
export class Principal {
  #key?: string;

  constructor(
    /** The `sub` claim. */
    readonly subject: string,
    readonly name: string | null,
    readonly email: string | null,
    readonly scopes: ReadonlySet<string>,
    readonly roles: readonly string[],
    /** Whether one of the roles is the administrator's. */
    readonly isAdministrator: boolean,
    /** The `exp` claim: seconds since 1970. */
    readonly expiresAt: number,
  ) {}

  /** Whether the token has the scope for the action on a collection, such as `callPurposes.read` or `callPurposes.all`. */
  can(action: Action, collection: string): boolean {
    const scopes = scopesOf(collection);
    return this.scopes.has(scopes[action]) || this.scopes.has(scopes.all);
  }

  /** The same for principals who may do and see the same. */
  get key(): string {
    return (this.#key ??= JSON.stringify([this.subject, [...this.roles].sort(), [...this.scopes].sort()]));
  }
}

/** By collection, as every request asks: a text that is put together anew is slow to look up. */
const known = new Map<string, Record<Action | 'all', string>>();

/** The names of the scopes on a collection: one for each action, and one for all. */
export function scopesOf(collection: string): Record<Action | 'all', string> {
  const found = known.get(collection);
  if (found) return found;
  const scope = (action: string) => `${collection}.${action}`;
  const scopes = { read: scope('read'), write: scope('write'), delete: scope('delete'), all: scope('all') };
  known.set(collection, scopes);
  return scopes;
}
