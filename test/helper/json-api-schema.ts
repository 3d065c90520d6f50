import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const require = createRequire(import.meta.url);

/** The JSON:API 1.0 schema as the project `jsonapi-validator` publishes it. */
const schemaText = readFileSync(require.resolve('jsonapi-validator/lib/schema.json'), 'utf8');

const withStringIds = compile(JSON.parse(schemaText) as JsonSchema);
/** Compiled when it is first needed, which it seldom is. */
let withIntegerIds: ValidateFunction | undefined;

/**
 * Fails unless the document is a JSON:API one with the right media type. Documents with integer ids (a setting that departs
 * from JSON:API) are held to the same schema but for that.
 */
export function expectJsonApi(document: unknown, contentType: unknown): void {
  expect(contentType).toBe('application/vnd.api+json');
  const validate =
    JSON.stringify(document).includes('"id":"') || !/"id":\d/.test(JSON.stringify(document))
      ? withStringIds
      : (withIntegerIds ??= compile(integerIds(JSON.parse(schemaText) as JsonSchema)));
  if (!validate(document)) {
    throw new Error(
      `Not a JSON:API document: ${JSON.stringify(validate.errors)}\n${JSON.stringify(document, null, 2)}`,
    );
  }
  expect(document).toHaveProperty('jsonapi', { version: '1.1' });
}

interface JsonSchema {
  definitions: Record<string, { properties: Record<string, object> }>;
}

function compile(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json') as object);
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  return ajv.compile(schema);
}

function integerIds(schema: JsonSchema): JsonSchema {
  for (const name of ['resource', 'linkage']) {
    const properties = schema.definitions[name]?.properties;
    if (properties) properties.id = { type: 'integer', minimum: 1 };
  }
  return schema;
}
