import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Settings } from '../config/settings.js';
import { DocsController } from './docs.controller.js';
import { DocsFiles } from './docs-files.js';
import { OpenApiController } from './openapi.controller.js';
import { OpenApiDocument } from './openapi-document.js';

/** The API's description of itself, for programs and for people. */
@Module({})
export class OpenApiModule {
  static forRoot({ operations }: Settings): DynamicModule {
    return {
      module: OpenApiModule,
      imports: [DiscoveryModule],
      controllers: [OpenApiController, ...(operations.docs ? [DocsController] : [])],
      providers: [OpenApiDocument, DocsFiles],
    };
  }
}
