import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { resourceOf } from './json-api.decorators.js';
import type { Resource } from '../resource.js';

/** The resources of the whole service: those that some controller declares to serve. */
@Injectable()
export class ServedResources {
  constructor(private readonly discovery: DiscoveryService) {}

  all(): Resource[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => (metatype && resourceOf(metatype)) ?? []);
  }
}
