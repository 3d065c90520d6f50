import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Connections } from '../database/connections.js';
import { JsonApiError, validationError } from '../json-api/errors/json-api-error.js';
import { RepeatableRequests } from '../json-api/nest/repeatable-requests.js';
import type { Caller } from '../users/caller.js';
import { HEADER, digestOf, readIdempotencyKey } from './idempotency-key.js';
import { type StoredResponse, type KeyedRequest, IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/**
 * Keeps the answer to a request in the transaction of its write, so that there is either both or nothing, and gives it
 * again when the request is repeated. Refusals are not kept: they have written nothing, and may be no more after a change.
 */
@Injectable()
export class IdempotencyService extends RepeatableRequests {
  /**
   * The keys of requests that this process is at. Those of other processes are found in the database; of this one's the
   * embedded database, with its one connection, could not tell.
   */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly connections: Connections,
    private readonly answers: IdempotencyKeysRepository,
  ) {
    super();
  }

  override async answer(request: FastifyRequest, reply: FastifyReply, act: () => Promise<Buffer>): Promise<Buffer> {
    const { userId } = (request as FastifyRequest & { user: Caller }).user;
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    const name = `${userId} ${key}`;
    if (this.underWay.has(name)) throw isUnderWay();
    this.underWay.add(name);
    try {
      const keyed = { userId, key, digest: digestOf(request) };
      return await this.connections.transaction(() => this.firstOrKept(keyed, reply, act));
    } catch (error) {
      // They were those of an answer that is not given.
      void reply.removeHeader('Location').removeHeader('ETag');
      throw error;
    } finally {
      this.underWay.delete(name);
    }
  }

  private async firstOrKept(keyed: KeyedRequest, reply: FastifyReply, act: () => Promise<Buffer>): Promise<Buffer> {
    const taken = await this.answers.take(keyed);
    const kept = await this.answers.find(keyed);
    if (kept && kept.digest !== keyed.digest) {
      throw validationError('The key has been used for another request: method, path, query or body differ.', HEADER);
    }
    if (kept) return repeat(kept, reply);
    if (!taken) throw isUnderWay();
    const body = await act();
    await this.answers.keep(keyed, answerOf(reply, body));
    return body;
  }
}

const answerOf = (reply: FastifyReply, body: Buffer): StoredResponse => ({
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
