import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, map, mergeMap } from 'rxjs';
import {
  type MetaDocument,
  collectionDocument,
  metaDocument,
  resourceDocument,
  selfLink,
  withParameters,
} from '../documents/document.js';
import { etagOf } from '../documents/etag.js';
import { loadIncluded } from '../sql/include-loader.js';
import { resourceOf, servesMeta } from './json-api.decorators.js';
import { JsonApiOptions } from './json-api-options.js';
import type { CollectionQuery, View } from '../query/query.js';
import type { Resource, ResourceRow, Viewer } from '../resource.js';
import type { Audience } from '../documents/serializer.js';
import type { PageOfRows } from '../documents/page-of-rows.js';
import { type Database, DATABASE } from '../sql/statement.js';

type Request = FastifyRequest<{ Params: { id?: string } }> & { user: Viewer };

/**
 * Makes a JSON:API document of what a handler returns: of a page for a collection, of a row for one resource, nothing for
 * nothing. As bytes, since Fastify adds a charset to the type of a string.
 */
@Injectable()
export class DocumentInterceptor implements NestInterceptor {
  constructor(
    private readonly options: JsonApiOptions,
    @Inject(DATABASE) private readonly db: Database,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const { method, params, query } = request;
    const reply = http.getResponse<FastifyReply>();
    if (servesMeta(context.getClass())) {
      return next
        .handle()
        .pipe(
          map((content: MetaDocument) => tagged(reply, Buffer.from(metaDocument(content, this.audience(request))))),
        );
    }
    const resource = resourceOf(context.getClass());
    if (!resource || method === 'DELETE') return next.handle();
    // Before the handler writes: the host may be wrong.
    const audience = this.audience(request);
    if (method === 'POST' || params.id !== undefined) {
      return next
        .handle()
        .pipe(mergeMap((row: ResourceRow) => this.one(resource, row, query as View, audience, method, reply)));
    }
    return next
      .handle()
      .pipe(mergeMap((page: PageOfRows) => this.collection(resource, page, query as CollectionQuery, audience, reply)));
  }

  private async collection(
    resource: Resource,
    page: PageOfRows,
    query: CollectionQuery,
    audience: Audience,
    reply: FastifyReply,
  ) {
    const included = await loadIncluded(this.db, resource, page.rows, query.include);
    return tagged(reply, Buffer.from(collectionDocument(resource, page, included, query, audience)));
  }

  private async one(
    resource: Resource,
    row: ResourceRow,
    view: View,
    audience: Audience,
    method: string,
    reply: FastifyReply,
  ) {
    // Whoever may not read a resource must not learn of it by a change that changes nothing.
    if (method === 'PATCH' && !audience.viewer.can('read', resource.path)) return void reply.status(204);
    const location = selfLink(resource, row.id, audience);
    const included = await loadIncluded(this.db, resource, [row], view.include);
    const self = withParameters(location, view.parameters);
    const document = Buffer.from(resourceDocument(resource, row, included, view, audience, self));
    if (method === 'POST') void reply.header('Location', location);
    return tagged(reply, document, row);
  }

  private audience(request: Request): Audience {
    return { baseUrl: this.options.baseUrl(request), integerIds: this.options.integerIds, viewer: request.user };
  }
}

function tagged(reply: FastifyReply, document: Buffer, row?: ResourceRow): Buffer {
  void reply.header('ETag', etagOf(document, row));
  return document;
}
