import type { MetaDescription } from '../json-api/nest/json-api.decorators.js';

const texts = { type: 'array' as const, items: { type: 'string' as const } };

/** What the OpenAPI document says of the service document. */
export const SERVICE_DOCUMENT: MetaDescription = {
  name: 'service document',
  description: 'What the service is, what the caller may do, and where everything is.',
  meta: {
    type: 'object',
    properties: {
      service: {
        type: 'object',
        properties: { name: { type: 'string' }, version: { type: 'string' } },
        required: ['name', 'version'],
        additionalProperties: false,
      },
      user: {
        type: 'object',
        properties: {
          id: {
            type: ['string', 'null'],
            description: 'The id of the caller among the users; `null` for a token without a scope of this API.',
          },
          scopes: texts,
          roles: texts,
        },
        required: ['id', 'scopes', 'roles'],
        additionalProperties: false,
      },
    },
    required: ['service', 'user'],
    additionalProperties: false,
  },
  links: { describedby: 'The OpenAPI document.' },
};
