import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { SchemaObject } from 'openapi3-ts/oas31';
import type { TextRule } from './validators.js';

/** What `IsText` forbids, for JSON Schema's regular expressions. */
const NUL = '\\u0000';
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';

/** What shows nothing by itself, but for marks and what is beyond the basic plane: not every reader of schemas knows `\p{…}`. */
const INVISIBLE = [
  '\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f',
  '\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8',
].join('');

const converters = {
  isText: ({ constraints }: { constraints?: unknown[] }): SchemaObject => {
    const { min, max, controls } = constraints?.[0] as TextRule;
    const allowed = `[^${controls ? NUL : CONTROLS}]*`;
    return {
      type: 'string',
      ...(min > 0 && { minLength: min }),
      maxLength: max,
      pattern: min > 0 ? `^${allowed}[^${INVISIBLE}]${allowed}$` : `^${allowed}$`,
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
