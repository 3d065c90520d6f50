import fc from 'fast-check';
import type { ParameterObject, SchemaObject } from 'openapi3-ts/oas31';

/** An operation of an OpenAPI document, with what it refers to in place. */
export interface Described {
  path: string;
  method: string;
  parameters: ParameterObject[];
  body?: SchemaObject;
}

/** What a part of a request can be, and whether it is as described. */
export type Part<Value> = fc.Arbitrary<{ value: Value; isDescribed: boolean }>;

export const part = <Value>(values: fc.Arbitrary<Value>, isDescribed: boolean): Part<Value> =>
  values.map((value) => ({ value, isDescribed }));

/** Mostly as described. */
export const mostly = <Value>(described: fc.Arbitrary<Value>, others: fc.Arbitrary<Value>): Part<Value> =>
  fc.oneof({ weight: 7, arbitrary: part(described, true) }, { weight: 1, arbitrary: part(others, false) });
