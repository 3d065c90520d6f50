import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { resourceOf } from '../json-api/nest/json-api.decorators.js';

const ACCESS = 'auth:access';

/** Who may come in: anyone, anyone with a good token, or who has the scope of the collection that the method needs: read, write or delete. */
export type Access = { kind: 'public' } | { kind: 'any-scope' } | { kind: 'scoped'; collection: string };

/** Lets anyone in, without a token. */
export const Public = () => SetMetadata<string, Access>(ACCESS, { kind: 'public' });

/** Lets any good token in, whatever its scopes. */
export const AnyScope = () => SetMetadata<string, Access>(ACCESS, { kind: 'any-scope' });

/** By controller and handler, which several controllers may share: looking it up each time would cost more than the other checks. */
const known = new WeakMap<object, WeakMap<object, Access | { kind: 'undeclared' }>>();

/** What the handler of the request, or else its controller, declares; nobody may come in where neither does. */
export const accessTo = (context: ExecutionContext): Access | { kind: 'undeclared' } =>
  accessOf(context.getHandler(), context.getClass());

/** What the handler, or else its controller, declares: with a resource, its scopes. */
export function accessOf(handler: object, controller: object): Access | { kind: 'undeclared' } {
  return known.get(controller)?.get(handler) ?? remember(handler, controller, declaredAccess(handler, controller));
}

function remember<Found extends Access | { kind: 'undeclared' }>(
  handler: object,
  controller: object,
  access: Found,
): Found {
  const ofController = known.get(controller) ?? new WeakMap<object, Access | { kind: 'undeclared' }>();
  known.set(controller, ofController.set(handler, access));
  return access;
}

function declaredAccess(handler: object, controller: object): Access | { kind: 'undeclared' } {
  const declared = [handler, controller].map((target) => Reflect.getMetadata(ACCESS, target) as Access | undefined);
  const access = declared.find((one) => one !== undefined);
  const collection = resourceOf(controller)?.path;
  return access ?? (collection === undefined ? { kind: 'undeclared' } : { kind: 'scoped', collection });
}
