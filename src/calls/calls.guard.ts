import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { existing } from '../json-api/requests/changes.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import type { Caller } from '../users/caller.js';
import { callPermissions } from './call.permissions.js';
import { callResource } from './call.resource.js';
import type { CallRow } from './call.row.js';
import { CallsRepository } from './calls.repository.js';

type GuardedRequest = FastifyRequest<{ Params: { id?: string } }> & { user: Caller; call?: CallRow };

/** The call in the path, which the guard has found and lets the caller act on. */
export const GuardedCall = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().call,
);

const CHANGES = ['PATCH', 'DELETE'];

/** Finds the call in the path and refuses what {@link callPermissions} does not allow. */
@Injectable()
export class CallsGuard implements CanActivate {
  constructor(private readonly calls: CallsRepository) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    if (request.params.id === undefined || !CHANGES.includes(request.method)) return true;

    const call = await existing(callResource, request.params.id, (id) => this.calls.find(id));
    const { canWrite, canDelete } = callPermissions(request.user, call);
    if (request.method === 'PATCH' && !canWrite) throw refusal('change');
    if (request.method === 'DELETE' && !canDelete) throw refusal('delete');
    request.call = call;
    return true;
  }
}

const refusal = (action: string) =>
  new JsonApiError('unauthorizedRequest', `Only who logged it or an administrator may ${action} this call.`);
