import { Controller, Get, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { OpenApiDocument } from './openapi-document.js';
import { OPENAPI_PATH } from './paths.js';
import { send } from './served-file.js';
import { ServesFile } from './declarations.js';

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
    return send(await this.document.get(), reply);
  }
}
