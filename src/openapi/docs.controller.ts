import { Controller, Get, Header, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/access.decorators.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { DOCS_POLICY, DocsFiles } from './docs-files.js';
import { DOCS_PATH } from './paths.js';
import { send } from './served-file.js';

/** The interactive page of the OpenAPI document: Swagger UI, from here and from no other host. */
@Controller(DOCS_PATH)
@Public()
export class DocsController {
  constructor(private readonly files: DocsFiles) {}

  @Get()
  @Header('Content-Security-Policy', DOCS_POLICY)
  page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    return send(this.files.page(request.originalUrl.replace(/[?#].*$/s, '')), reply);
  }

  @Get(':file')
  async file(@Param('file') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<StreamableFile> {
    const file = await this.files.find(name);
    if (!file) throw new JsonApiError('routeNotFound', `There is nothing at '/${DOCS_PATH}/${name}'.`);
    return send(file, reply);
  }
}
