import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUnchanged } from '../documents/etag.js';
import { isRead } from '../requests/is-read.js';
import { JSON_API_MEDIA_TYPE } from '../requests/media-type.js';

/**
 * Sets the status and type of a response whose other headers are set: 304 to a read by a client that has what there is.
 * @returns what is left to send of the body
 * @throws JsonApiError 412 to a read of another state than `If-Match` names
 */
export function concludeRead({ method, headers }: FastifyRequest, reply: FastifyReply, body: unknown): unknown {
  if (isRead(method) && isUnchanged(headers, reply.getHeader('ETag'))) return void reply.status(304);
  if (Buffer.isBuffer(body)) void reply.header('content-type', JSON_API_MEDIA_TYPE);
  return body;
}
