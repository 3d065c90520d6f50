import { createParamDecorator, type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IfMatch } from './etag.js';
import { readRequestDocument } from './request-document.js';
import type { Resource } from './resource.js';

const RESOURCE = 'json-api:resource';

/** Declares the resource that a controller serves: its handlers return rows or pages, and the answers are documents. */
export const ServesResource = (resource: Resource) => SetMetadata(RESOURCE, resource);

/** The resource that the controller of the request serves, if it serves one. */
export function servedResource(context: ExecutionContext): Resource | undefined {
  return Reflect.getMetadata(RESOURCE, context.getClass()) as Resource | undefined;
}

/**
 * The attributes and relationships of the request document, checked against the resource and the DTO.
 * @param dto a class with class-validator decorators, one property for each attribute or relationship that may be written
 */
export const RequestDocument = createParamDecorator((dto: Type<object>, context: ExecutionContext) => {
  const { method, params, body } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
  const resource = servedResource(context);
  if (!resource) throw new Error(`${context.getClass().name} serves no resource.`);
  return readRequestDocument(
    resource,
    dto,
    body,
    method === 'POST' ? { action: 'create' } : { action: 'update', id: params.id ?? '' },
  );
});

/** The precondition that the request makes. */
export const Precondition = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    new IfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
