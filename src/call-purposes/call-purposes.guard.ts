import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { existing } from '../json-api/requests/changes.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import type { Caller } from '../users/caller.js';
import { callPurposePermissions } from './call-purpose.permissions.js';
import { callPurposeResource } from './call-purpose.resource.js';
import type { CallPurposeRow } from './call-purpose.row.js';
import { CallPurposesRepository } from './call-purposes.repository.js';

type GuardedRequest = FastifyRequest<{ Params: { id?: string } }> & { user: Caller; callPurpose?: CallPurposeRow };

/** The purpose in the path, which the guard has found and lets the caller act on. */
export const GuardedCallPurpose = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().callPurpose,
);

const CHANGES = ['PATCH', 'DELETE'];

/** Finds the purpose in the path and refuses what {@link callPurposePermissions} does not allow. */
@Injectable()
export class CallPurposesGuard implements CanActivate {
  constructor(private readonly purposes: CallPurposesRepository) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    if (request.params.id === undefined || !CHANGES.includes(request.method)) return true;

    const purpose = await existing(callPurposeResource, request.params.id, (id) => this.purposes.find(id));
    const { canWrite, canDelete } = callPurposePermissions(request.user, purpose);
    if (request.method === 'PATCH' && !canWrite) throw refusal('change');
    if (request.method === 'DELETE' && !canDelete) throw refusal('delete');
    request.callPurpose = purpose;
    return true;
  }
}

const refusal = (action: string) =>
  new JsonApiError('unauthorizedRequest', `Only its creator or an administrator may ${action} this call purpose.`);
