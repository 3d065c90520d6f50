import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { parseCollectionQuery, parseView, refuseParameters } from '../query/query.js';
import { readRequestDocument } from '../requests/request-document.js';
import type { Resource, ResourceRow, Viewer } from '../resource.js';
import { resourceOf, servesMeta, takesDocument } from './json-api.decorators.js';

type Request = FastifyRequest<{ Params: { id?: string } }> & { user: Viewer; target?: ResourceRow; document?: object };

/**
 * Finds all that is wrong with a request in itself before anything is done for it, and leaves what it says in its place: the
 * query, which handlers get as their `@Query()`, and the document, which they get as their `@RequestDocument()`.
 */
@Injectable()
export class RequestInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.getArgByIndex<Request>(0);
    const resource = resourceOf(context.getClass());
    if (resource) readRequest(request, resource, context.getHandler());
    else if (servesMeta(context.getClass())) refuseParameters(queryStringOf(request));
    return next.handle();
  }
}

function readRequest(request: Request, resource: Resource, handler: object): void {
  const { method, params, body, user, target } = request;
  if (method === 'DELETE') return;
  const isOfOne = method === 'POST' || params.id !== undefined;
  request.query = (isOfOne ? parseView : parseCollectionQuery)(resource, queryStringOf(request), user);
  if (!takesDocument(handler)) return;
  request.document = readRequestDocument(
    resource,
    body,
    method === 'POST'
      ? { action: 'create' }
      : { action: 'update', id: params.id ?? '', ...(target && { row: target }) },
  );
}

function queryStringOf({ raw }: Request): string {
  const mark = raw.url?.indexOf('?') ?? -1;
  return mark < 0 ? '' : (raw.url?.slice(mark + 1) ?? '');
}
