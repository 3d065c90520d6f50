import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, map } from 'rxjs';
import { isRead } from '../json-api/requests/is-read.js';
import { resourceOf } from '../json-api/nest/json-api.decorators.js';
import type { View } from '../json-api/query/query.js';
import type { Viewer } from '../json-api/resource.js';
import { concludeRead } from '../json-api/nest/conditional-read.js';
import { ResponseCache } from './response-cache.js';

type Request = FastifyRequest & { user: Viewer };

/** Remembers the answers to reads of resources that change rarely. Turns conditional reads of any resource into 304. */
@Injectable()
export class ResponseCacheInterceptor implements NestInterceptor {
  constructor(private readonly cache: ResponseCache) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const reply = http.getResponse<FastifyReply>();
    const generation =
      isRead(request.method) && resourceOf(context.getClass())?.changesRarely ? this.cache.generation : null;

    return next.handle().pipe(
      map((body: unknown) => {
        if (generation !== null && Buffer.isBuffer(body)) {
          const etag = reply.getHeader('ETag') as string | undefined;
          const viewer = dependsOnViewer(request.query as View) ? request.user : undefined;
          this.cache.remember(request, viewer, { generation, body, etag });
        }
        return concludeRead(request, reply, body);
      }),
    );
  }
}

/** Permissions are the viewer's own, and an include may be forbidden to another. */
const dependsOnViewer = ({ authorizationMeta, include }: View): boolean => authorizationMeta || include.size > 0;
