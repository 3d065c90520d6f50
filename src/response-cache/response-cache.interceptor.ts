import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, map, of } from 'rxjs';
import { Settings } from '../config/settings.js';
import { ChangeFeed } from '../database/change-feed.js';
import { isNoneMatch } from '../json-api/etag.js';
import { resourceOf } from '../json-api/json-api.decorators.js';
import { JsonApiOptions } from '../json-api/json-api-options.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/media-type.js';
import type { View } from '../json-api/query/query.js';
import type { Viewer } from '../json-api/resource.js';
import { ResponseCache } from './response-cache.js';

type Request = FastifyRequest & { user: Viewer };

/**
 * Answers reads of resources that change rarely from memory, as long as no change has been heard of since the answer was
 * made and none can have gone unheard. Guards have run by then. Turns conditional reads of any resource into 304.
 */
@Injectable()
export class ResponseCacheInterceptor implements NestInterceptor {
  private readonly enabled: boolean;

  constructor(
    { responseCache }: Settings,
    private readonly changes: ChangeFeed,
    private readonly cache: ResponseCache,
    private readonly options: JsonApiOptions,
  ) {
    this.enabled = responseCache;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const reply = http.getResponse<FastifyReply>();
    const reads = request.method === 'GET' || request.method === 'HEAD';

    const generation =
      this.enabled && reads && resourceOf(context.getClass())?.changesRarely ? this.changes.generation : null;
    if (generation === null) return next.handle().pipe(map((body) => this.finish(request, reply, body)));

    const url = this.options.baseUrl(request) + request.url;
    const known = this.cache.find(url, request.user.key, generation);
    if (known) {
      if (known.etag) void reply.header('ETag', known.etag);
      return of(this.finish(request, reply, known.body));
    }
    return next.handle().pipe(
      map((body: unknown) => {
        if (Buffer.isBuffer(body) && this.changes.generation === generation) {
          const etag = reply.getHeader('ETag') as string | undefined;
          this.cache.remember(url, dependsOnViewer(request.query as View) ? request.user.key : undefined, {
            generation,
            body,
            etag,
          });
        }
        return this.finish(request, reply, body);
      }),
    );
  }

  /** Last, the status and type of the answer: nothing at all to who has what there is already. */
  private finish(request: Request, reply: FastifyReply, body: unknown): unknown {
    const condition =
      request.method === 'GET' || request.method === 'HEAD' ? request.headers['if-none-match'] : undefined;
    if (condition !== undefined && isNoneMatch(condition, reply.getHeader('ETag'))) return void reply.status(304);
    if (Buffer.isBuffer(body)) void reply.header('Content-Type', JSON_API_MEDIA_TYPE);
    return body;
  }
}

/** Permissions are the viewer's own, and an include may be forbidden to another. */
const dependsOnViewer = ({ authorizationMeta, include }: View): boolean => authorizationMeta || include.size > 0;
