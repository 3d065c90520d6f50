import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { resourceOf } from './json-api.decorators.js';
import type { Resource } from '../resource.js';

/** The resources of the whole service: those that some controller declares to serve. */
@Injectable()
export class ServedResources {
  private resources?: Resource[];

  constructor(private readonly discovery: DiscoveryService) {}

  /** Once the application is built, after which no controller is added. */
  all(): Resource[] {
    return (this.resources ??= this.discovery.getControllers().flatMap(({ metatype }) => resourceOf(metatype) ?? []));
  }
}
