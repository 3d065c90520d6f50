import { Controller, Get, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { OpenApiDocument } from './openapi-document.js';
import { OPENAPI_PATH } from './paths.js';
import { ServesFile } from './serves-file.js';

@Controller(OPENAPI_PATH)
@Public()
@ServesFile({
  name: 'OpenAPI document',
  description: 'This document, made of what the service declares.',
  mediaType: 'application/json',
})
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get()
  async get(@Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const { bytes, mediaType, etag } = await this.document.get();
    void reply.header('ETag', etag);
    return new StreamableFile(bytes, { type: mediaType, length: bytes.length });
  }
}
