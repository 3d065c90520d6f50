import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IfMatch } from './etag.js';
import { readRequestDocument } from './request-document.js';
import type { Resource } from './resource.js';

/** By controller, and not as metadata: every request asks for it. */
const resources = new WeakMap<object, Resource>();
const metaControllers = new WeakSet();

/** Declares the resource that a controller serves: its handlers return rows or pages, and the answers are documents. */
export const ServesResource =
  (resource: Resource): ClassDecorator =>
  (controller) =>
    void resources.set(controller, resource);

/** Declares that the controller's handlers return a {@link MetaDocument}. */
export const ServesMeta = (): ClassDecorator => (controller) => void metaControllers.add(controller);

/** What a document without primary data shows. */
export interface MetaDocument {
  meta: Record<string, unknown>;
  /** Paths after the API's base URL. */
  links: Record<string, string>;
}

/** The resource that the controller serves, if it serves one. */
export const resourceOf = (controller: object): Resource | undefined => resources.get(controller);

/** Whether the controller serves documents without primary data. */
export const servesMeta = (controller: object): boolean => metaControllers.has(controller);

/**
 * The attributes and relationships of the request document, checked against the resource and the DTO.
 * @param dto a class with class-validator decorators, one property for each attribute or relationship that may be written
 */
export const RequestDocument = createParamDecorator((dto: Type<object>, context: ExecutionContext) => {
  const { method, params, body } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
  return readRequestDocument(
    resourceIn(context),
    dto,
    body,
    method === 'POST' ? { action: 'create' } : { action: 'update', id: params.id ?? '' },
  );
});

/** The precondition that the request makes. */
export const Precondition = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    new IfMatch(resourceIn(context), context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

function resourceIn(context: ExecutionContext): Resource {
  const resource = resourceOf(context.getClass());
  if (!resource) throw new Error(`${context.getClass().name} serves no resource.`);
  return resource;
}
