import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SchemaObject } from 'openapi3-ts/oas31';
import { Preconditions } from '../documents/etag.js';
import type { Resource, Viewer } from '../resource.js';

/** By controller, and not as metadata: every request asks for it. */
const resources = new WeakMap<object, Resource>();
const metaControllers = new WeakMap<object, MetaDescription>();

/** By handler: what it takes of a request beside the query. */
const documentHandlers = new WeakSet();
const conditionalHandlers = new WeakSet();

/** Declares the resource that a controller serves; part of `@ServesResource`. */
export const Serves =
  (resource: Resource): ClassDecorator =>
  (controller) =>
    void resources.set(controller, resource);

/** What the OpenAPI document says of a {@link MetaDocument}. */
export interface MetaDescription {
  /** What it is called, such as "service document". */
  name: string;
  description: string;
  meta: SchemaObject;
  /** What the links lead to, by name. */
  links: Record<string, string>;
}

/** Declares that the controller's handlers return a {@link MetaDocument}. */
export const ServesMeta =
  (description: MetaDescription): ClassDecorator =>
  (controller) =>
    void metaControllers.set(controller, description);

/** The resource that the controller serves, if there is one and it serves one. */
export const resourceOf = (controller: object | null | undefined): Resource | undefined =>
  controller ? resources.get(controller) : undefined;

/** Whether the controller serves documents without primary data. */
export const servesMeta = (controller: object): boolean => metaControllers.has(controller);

/** What the controller declares of its documents without primary data. */
export const metaDescriptionOf = (controller: object): MetaDescription | undefined => metaControllers.get(controller);

/** Whether the handler takes a request document. */
export const takesDocument = (handler: object): boolean => documentHandlers.has(handler);

/** Whether the handler heeds `If-Match` and `If-None-Match`. */
export const heedsPrecondition = (handler: object): boolean => conditionalHandlers.has(handler);

/** The attributes and relationships of the request document, checked against the resource and its DTO. */
export const RequestDocument = (): ParameterDecorator => (controller, name, index) => {
  documentHandlers.add(handlerOf(controller, name));
  documentOfRequest()(controller, name, index);
};

/** The preconditions that the request makes. */
export const RequestPreconditions = (): ParameterDecorator => (controller, name, index) => {
  conditionalHandlers.add(handlerOf(controller, name));
  preconditionOfRequest()(controller, name, index);
};

const documentOfRequest = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest & { document?: object }>().document,
);

const preconditionOfRequest = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    new Preconditions(context.switchToHttp().getRequest<FastifyRequest>().headers),
);

const handlerOf = (controller: object, name: string | symbol | undefined): object =>
  (controller as Record<string | symbol, object>)[name ?? ''] ?? controller;

/** Who asks. */
export const CurrentViewer = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Viewer }>().user,
);

/** The resource that the controller of the request serves. */
export function resourceIn(context: ExecutionContext): Resource {
  const resource = resourceOf(context.getClass());
  if (!resource) throw new Error(`${context.getClass().name} serves no resource.`);
  return resource;
}
