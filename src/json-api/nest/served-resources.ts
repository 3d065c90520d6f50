import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { resourceOf } from './json-api.decorators.js';
import { JsonApiOptions } from './json-api-options.js';
import type { Resource } from '../resource.js';

/** The resources of the whole service: those that some controller declares to serve. */
@Injectable()
export class ServedResources {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly options: JsonApiOptions,
  ) {}

  all(): Resource[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => (metatype && resourceOf(metatype)) ?? []);
  }

  /** Those resources by the patterns of their routes, such as `/api/v2/callPurposes/:id`. */
  byRoute(): ReadonlyMap<string, Resource> {
    const routes = (resource: Resource) => [resource.path, `${resource.path}/:id`];
    return new Map(
      this.all().flatMap((resource) =>
        routes(resource).map((route): [string, Resource] => [`${this.options.basePath}/${route}`, resource]),
      ),
    );
  }
}
