import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { serviceVersion } from '../config/service-version.js';
import { Settings } from '../config/settings.js';
import { JsonApiOptions } from '../json-api/nest/json-api-options.js';
import { operationsOf } from './declarations.js';
import { type ServedFile, servedFile } from './served-file.js';

/** The OpenAPI document of the service, as its controllers, resources and settings are. */
@Injectable()
export class OpenApiDocument {
  private made: Promise<ServedFile> | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly options: JsonApiOptions,
    private readonly settings: Settings,
  ) {}

  /** Made when it is first asked for, and nothing that makes it is loaded before. */
  get(): Promise<ServedFile> {
    return (this.made ??= this.make());
  }

  private async make(): Promise<ServedFile> {
    const { documentOf } = await import('./document.js');
    const { basePath, integerIds } = this.options;
    const document = documentOf(operationsOf(this.discovery, basePath), {
      basePath,
      integerIds,
      version: serviceVersion,
      isRateLimited: this.settings.rateLimit.requestsPerHour > 0,
      allowsOrigins: this.settings.operations.corsOrigins !== null,
    });
    return servedFile(Buffer.from(JSON.stringify(document)), 'application/json');
  }
}
