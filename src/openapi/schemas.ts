import type { SchemaObject, SchemasObject } from 'openapi3-ts/oas31';
import { ERROR_KINDS } from '../json-api/errors/json-api-error.js';
import type { Installation } from './api.js';

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** An object with those members and no other; all but the optional ones are always there. */
export const closed = (properties: SchemaObject['properties'] = {}, optional: string[] = []): SchemaObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

/** The schemas that every document is made of. */
export function protocolSchemas({ integerIds }: Installation): SchemasObject {
  return {
    Id: integerIds
      ? { type: 'integer', minimum: 1, description: 'A positive integer.', examples: [7] }
      : { type: 'string', pattern: '^[1-9][0-9]*$', description: 'A positive integer, as a string.', examples: ['7'] },
    RequestId: {
      type: ['string', 'integer'],
      pattern: '^[1-9][0-9]{0,15}$',
      minimum: 1,
      description: 'Both forms are good in requests.',
    },
    Link: { type: 'string', format: 'uri', description: 'An absolute URL.' },
    JsonApi: closed({ version: { type: 'string', const: '1.1' } }),
    SelfLink: closed({ self: ref('Link') }),
    RelatedLink: closed({ related: ref('Link') }),
    CollectionLinks: {
      ...closed(Object.fromEntries(['self', 'first', 'prev', 'next', 'last'].map((name) => [name, ref('Link')])), [
        'prev',
        'next',
        'last',
      ]),
      description: '`prev` and `next` are left out at the ends; `last` is there when pages go by offset.',
    },
    CollectionMeta: {
      ...closed({
        count: { type: 'integer', minimum: 0, description: 'How many resources the collection has under the filters.' },
        count_truncated: { type: 'boolean', description: 'Whether there are more than were counted.' },
      }),
      description: 'With `count=true`.',
    },
    Error: {
      ...closed(
        {
          id: { type: 'string', description: 'Repeats the code.' },
          status: { type: 'string', pattern: '^[45][0-9][0-9]$' },
          code: {
            type: 'string',
            enum: Object.keys(ERROR_KINDS),
            description: Object.entries(ERROR_KINDS)
              .map(([code, [status, , meaning]]) => `- \`${code}\` (${status}): ${meaning}`)
              .join('\n'),
          },
          title: { type: 'string' },
          detail: { type: 'string' },
          source: ref('ErrorSource'),
        },
        ['source'],
      ),
    },
    ErrorSource: {
      description: 'What in the request is at fault.',
      oneOf: [
        closed({ pointer: { type: 'string', description: 'A JSON Pointer into the document.' } }),
        closed({ parameter: { type: 'string', description: 'The name of a query parameter.' } }),
        closed({ header: { type: 'string', description: 'The name of a header.' } }),
      ],
    },
  };
}
