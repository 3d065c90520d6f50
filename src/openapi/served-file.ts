import { createHash } from 'node:crypto';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** A file as it is served. */
export interface ServedFile {
  bytes: Buffer;
  mediaType: string;
  etag: string;
}

export const servedFile = (bytes: Buffer, mediaType: string): ServedFile => ({
  bytes,
  mediaType,
  etag: `"${createHash('sha1').update(bytes).digest('base64url')}"`,
});

/** What a handler returns to answer with the file, or with 304 to who has it. */
export function send({ bytes, mediaType, etag }: ServedFile, reply: FastifyReply): StreamableFile {
  void reply.header('ETag', etag);
  return new StreamableFile(bytes, { type: mediaType, length: bytes.length });
}
