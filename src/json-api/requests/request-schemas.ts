import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { SchemaObject } from 'openapi3-ts/oas31';
import type { TextRule } from './validators.js';

/** JSON Schema's regular expressions for what `IsText` forbids. */
const NO_CONTROLS = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';
const NO_NUL = '^[^\\u0000]*$';

const converters = {
  isText: ({ constraints }: { constraints?: unknown[] }): SchemaObject => {
    const { min, max, controls } = constraints?.[0] as TextRule;
    return {
      type: 'string',
      ...(min > 0 && { minLength: min }),
      maxLength: max,
      pattern: controls ? NO_NUL : NO_CONTROLS,
    };
  },
  isDateTime: { type: 'string', format: 'date-time' } satisfies SchemaObject,
  // Hosts and paths may have letters of any language.
  isUrl: { type: 'string', format: 'iri' } satisfies SchemaObject,
};

/** What the DTO's validators ask of each property that they check, as JSON Schema; a rule that has no counterpart there is left out. */
export function requestSchemas(dto: new () => object): Record<string, SchemaObject | undefined> {
  const options = { additionalConverters: converters } as Parameters<typeof targetConstructorToSchema>[1];
  return (targetConstructorToSchema(dto, options).properties ?? {}) as Record<string, SchemaObject>;
}
