import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, from, lastValueFrom } from 'rxjs';
import { Connections } from '../database/connections.js';
import { JsonApiError, validationError } from '../json-api/errors/json-api-error.js';
import { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import type { Caller } from '../users/caller.js';
import { HEADER, digestOf, formerDigestOf, readIdempotencyKey } from './idempotency-key.js';
import { type StoredResponse, type KeyedRequest, IdempotencyKeysRepository } from './idempotency-keys.repository.js';

type Request = FastifyRequest & { user: Caller };

/**
 * Does what a POST with an `Idempotency-Key` asks for once, however often it is repeated. Keeps the response in the
 * transaction of its write, so that there is either both or nothing, and gives it again. Refusals are not kept: they have
 * written nothing, and may be no more after a change.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  /**
   * The keys of requests that this process is at. Those of other processes are found in the database; of this one's the
   * embedded database, with its one connection, could not tell.
   */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly connections: Connections,
    private readonly responses: IdempotencyKeysRepository,
    private readonly options: JsonApiOptions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<Buffer>): Observable<Buffer> {
    const [request, reply] = context.getArgs<[Request, FastifyReply]>();
    const header = request.headers['idempotency-key'];
    if (request.method !== 'POST' || header === undefined) return next.handle();
    const { userId, key: scopesAndRoles } = request.user;
    const keyed = {
      userId,
      key: readIdempotencyKey(header),
      digest: digestOf(request, this.options.origin(request), scopesAndRoles),
      formerDigest: formerDigestOf(request),
    };
    return from(this.respond(keyed, reply, () => lastValueFrom(next.handle())));
  }

  /**
   * @param act does what the request asks for: gives the document, and the reply its headers
   * @returns the document, of this or of the first response; the reply has its status and headers
   */
  private async respond(keyed: KeyedRequest, reply: FastifyReply, act: () => Promise<Buffer>): Promise<Buffer> {
    const name = `${keyed.userId} ${keyed.key}`;
    if (this.underWay.has(name)) throw isUnderWay();
    this.underWay.add(name);
    try {
      return await this.connections.transaction(() => this.firstOrKept(keyed, reply, act));
    } finally {
      this.underWay.delete(name);
    }
  }

  private async firstOrKept(keyed: KeyedRequest, reply: FastifyReply, act: () => Promise<Buffer>): Promise<Buffer> {
    const taken = await this.responses.take(keyed);
    const kept = await this.responses.find(keyed);
    if (kept && kept.digest !== keyed.digest && kept.digest !== keyed.formerDigest) {
      const detail = 'The key has been used for another request: method, URL, host or body differ, or scopes or roles.';
      throw validationError(detail, HEADER);
    }
    if (kept) return repeat(kept, reply);
    if (!taken) throw isUnderWay();
    const body = await act();
    await this.responses.keep(keyed, responseOf(reply, body));
    return body;
  }
}

const responseOf = (reply: FastifyReply, body: Buffer): StoredResponse => ({
  status: reply.statusCode,
  location: (reply.getHeader('Location') as string | undefined) ?? null,
  etag: (reply.getHeader('ETag') as string | undefined) ?? null,
  body,
});

function repeat({ status, location, etag, body }: StoredResponse, reply: FastifyReply): Buffer {
  void reply.status(status).header('Idempotent-Replayed', 'true');
  if (location !== null) void reply.header('Location', location);
  if (etag !== null) void reply.header('ETag', etag);
  return body;
}

const isUnderWay = () =>
  new JsonApiError('conflict', 'A request with this key is still being answered. Try again soon.', HEADER, {
    'Retry-After': '1',
  });
