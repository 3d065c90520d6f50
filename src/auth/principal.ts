export type Action = 'read' | 'write' | 'delete';

/** What a request does, by its method. */
export const ACTIONS: Record<string, Action | undefined> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** Who a token speaks for and what it allows; made from claims that have been verified. */
export class Principal {
  /** The id of the user that the principal is here; set once that is known. */
  userId?: string;

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
    return this.scopes.has(`${collection}.${action}`) || this.scopes.has(`${collection}.all`);
  }

  /** The same for principals who may do and see the same. */
  get key(): string {
    return (this.#key ??= JSON.stringify([this.subject, this.isAdministrator, [...this.scopes].sort()]));
  }
}
