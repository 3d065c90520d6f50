import type { FastifyReply, FastifyRequest } from 'fastify';
import { isNoneMatch } from '../documents/etag.js';
import { isRead } from '../requests/is-read.js';
import { JSON_API_MEDIA_TYPE } from '../requests/media-type.js';

/**
 * Sets the status and type of an answer whose other headers are set: 304 to a read by who has what there is already.
 * @returns what is left to send of the body
 */
export function concludeRead({ method, headers }: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  const condition = headers['if-none-match'];
  if (condition !== undefined && isRead(method) && isNoneMatch(condition, reply.getHeader('ETag'))) {
    return void reply.status(304);
  }
  if (Buffer.isBuffer(body)) void reply.header('Content-Type', JSON_API_MEDIA_TYPE);
  return body;
}
