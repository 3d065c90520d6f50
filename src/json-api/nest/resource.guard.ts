import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JsonApiError } from '../errors/json-api-error.js';
import { permissionsOf } from '../policy.js';
import { existing } from '../requests/changes.js';
import { type Resource, type ResourceRow, type Viewer, nounOf } from '../resource.js';
import { selectOne } from '../sql/select.js';
import { type Database, DATABASE } from '../sql/statement.js';
import { resourceIn } from './json-api.decorators.js';

type GuardedRequest = FastifyRequest<{ Params: { id?: string } }> & { user: Viewer; target?: ResourceRow };

/** The row that the path names, which the guard has found and lets the caller act on. */
export const TargetResource = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().target,
);

/** Finds the resource that a PATCH or DELETE is about, and refuses what its policy does not let the caller do. */
@Injectable()
export class ResourceGuard implements CanActivate {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const { method, params } = request;
    // At once, as reads from memory ask too.
    if (params.id === undefined || (method !== 'PATCH' && method !== 'DELETE')) return true;
    return this.checkChange(request, params.id, resourceIn(context));
  }

  private async checkChange(request: GuardedRequest, id: string, resource: Resource): Promise<boolean> {
    const { method, user } = request;
    const row = await existing(resource, id, (known) => selectOne(this.db, resource, known));
    const { canWrite, canDelete } = permissionsOf(resource, user, row);
    if (method === 'PATCH' && !canWrite) throw refusal(resource, 'change');
    if (method === 'DELETE' && !canDelete) throw refusal(resource, 'delete');
    request.target = row;
    return true;
  }
}

const refusal = (resource: Resource, action: string) =>
  new JsonApiError(
    'unauthorizedRequest',
    `Only ${resource.policy?.ownerName} or an administrator may ${action} this ${nounOf(resource)}.`,
  );
