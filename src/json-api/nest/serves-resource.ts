import { Controller, UseGuards, applyDecorators } from '@nestjs/common';
import type { Resource } from '../resource.js';
import { Serves } from './json-api.decorators.js';
import { ResourceGuard } from './resource.guard.js';

/**
 * Makes a class the controller of a resource: its path, its scopes, and the guard that enforces its policy.
 * @param guard the module's own, where it has one
 */
export const ServesResource = (resource: Resource, guard: typeof ResourceGuard = ResourceGuard): ClassDecorator =>
  applyDecorators(Controller(resource.path), Serves(resource), ...(resource.policy ? [UseGuards(guard)] : []));
