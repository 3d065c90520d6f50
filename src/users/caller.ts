import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Principal } from '../auth/principal.js';

/** The principal of a request together with the user that they are here: a value, shared by all requests with the token. */
export class Caller extends Principal {
  constructor(
    { subject, name, email, scopes, roles, isAdministrator, expiresAt }: Principal,
    readonly userId: string,
  ) {
    super(subject, name, email, scopes, roles, isAdministrator, expiresAt);
  }
}

/** The {@link Caller} of the request. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Caller }>().user,
);
