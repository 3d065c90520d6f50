import { type ExecutionContext, SetMetadata } from '@nestjs/common';

const ACCESS = 'auth:access';

/** Who may come in: anyone, anyone with a good token, or who has the scope of the collection that the method needs. */
export type Access = { kind: 'public' } | { kind: 'any-scope' } | { kind: 'scoped'; collection: string };

/** Lets anyone in, without a token. */
export const Public = () => SetMetadata<string, Access>(ACCESS, { kind: 'public' });

/** Lets any good token in, whatever its scopes. */
export const AnyScope = () => SetMetadata<string, Access>(ACCESS, { kind: 'any-scope' });

/** Asks for the scope of the collection that the method needs: read, write or delete. */
export const Scoped = (collection: string) => SetMetadata<string, Access>(ACCESS, { kind: 'scoped', collection });

/** By handler: looking the metadata up would cost more than all that the guards do with a known token. */
const known = new WeakMap<object, Access | { kind: 'undeclared' }>();

/** What the handler of the request, or else its controller, declares; nobody may come in where neither does. */
export const accessTo = (context: ExecutionContext): Access | { kind: 'undeclared' } =>
  accessOf(context.getHandler(), context.getClass());

/** What the handler, or else its controller, declares. */
export function accessOf(handler: object, controller: object): Access | { kind: 'undeclared' } {
  const found = known.get(handler);
  if (found) return found;
  const declared = [handler, controller].map((target) => Reflect.getMetadata(ACCESS, target) as Access | undefined);
  const access = declared.find((one) => one !== undefined) ?? { kind: 'undeclared' };
  known.set(handler, access);
  return access;
}
