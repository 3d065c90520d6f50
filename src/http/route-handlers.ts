import type { Type } from '@nestjs/common';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** The method of a controller that Nest made a route of. */
export type RouteHandler = (...args: never[]) => unknown;

declare module 'fastify' {
  interface FastifyContextConfig {
    controller?: Type;
    handler?: RouteHandler;
  }
}

/**
 * Has the configuration of each route of Fastify tell its controller and handler, so that hooks can go by what those declare.
 * The service does not start with a route that no controller has, as no guard could know what it asks for.
 */
export function nameHandlers(fastify: FastifyInstance, discovery: DiscoveryService): void {
  const handlers = handlersByName(discovery);
  fastify.addHook('onRoute', (route) => {
    // By the name that Nest gives it; a route that is not Nest's says itself whose guards it has.
    const config = handlers.get(route.handler.name) ?? route.config;
    if (!config?.controller) throw new Error(`No controller has a handler for ${route.url}.`);
    route.config = { ...route.config, ...config };
  });
}

function handlersByName(discovery: DiscoveryService): Map<string, { controller: Type; handler: RouteHandler }> {
  const scanner = new MetadataScanner();
  const found = discovery.getControllers().flatMap(({ metatype }) => {
    const controller = metatype as Type;
    const methods = controller.prototype as Record<string, RouteHandler>;
    return scanner.getAllMethodNames(methods).flatMap((name) => {
      const handler = methods[name];
      return handler ? [[`${controller.name}.${name}`, { controller, handler }] as const] : [];
    });
  });
  const byName = new Map(found);
  if (byName.size < found.length) throw new Error('Two controllers have the same name.');
  return byName;
}
