import fc from 'fast-check';
import type { OpenAPIObject, ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { binaryText } from './arbitraries.js';
import { odd } from './arbitrary-documents.js';

type Schema = SchemaObject | ReferenceObject;

/** Ids that there may be. */
export const smallIds = fc.integer({ min: 1, max: 40 }).map(String);

const instants = fc
  .date({ min: new Date('2019-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** What the schema allows: of ids mostly those that there may be. */
export function valuesOf(schema: Schema, document: OpenAPIObject): fc.Arbitrary<unknown> {
  if ('$ref' in schema) return valuesOf(resolved(schema, document), document);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...(schema.enum as unknown[]));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map((one) => valuesOf(one, document)));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => valuesOf({ ...schema, type }, document)));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      if (schema.pattern?.startsWith('^[1-9]')) return smallIds.map(Number);
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 });
    case 'array':
      return fc.array(schema.items ? valuesOf(schema.items, document) : odd, {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? 4,
      });
    case 'object':
      return objectsOf(schema, document);
    default:
      return textsOf(schema);
  }
}

function objectsOf({ properties = {}, required = [] }: SchemaObject, document: OpenAPIObject): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema, document)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: required as never[] });
}

function textsOf({ format, pattern, minLength = 0, maxLength = 300 }: SchemaObject): fc.Arbitrary<string> {
  if (format === 'date-time') return instants;
  if (format === 'uri' || format === 'iri') return fc.webUrl({ withQueryParameters: true });
  if (pattern?.startsWith('^[1-9][0-9]')) return smallIds;
  const allowed = new RegExp(pattern ?? '', 'u');
  const length = (text: string) => [...text].length;
  const usual = fc.string({ unit: 'grapheme', minLength: Math.min(minLength, 12), maxLength: Math.min(maxLength, 12) });
  const longest = binaryText({ minLength, maxLength }).map((text) =>
    [...text.toWellFormed().replaceAll('\0', '')].slice(0, maxLength).join(''),
  );
  const made = fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: longest });
  // One that only excludes some characters matches nearly all that is made without it.
  const matching = pattern === undefined || pattern.startsWith('^[^') ? made : fc.stringMatching(allowed);
  return matching.filter((text) => allowed.test(text) && length(text) >= minLength && length(text) <= maxLength);
}

/** What the reference, if it is one, refers to. */
export function resolved<Found extends object>(value: Found | ReferenceObject, document: OpenAPIObject): Found {
  if (!('$ref' in value)) return value;
  const tokens = value.$ref.split('/').slice(1);
  return tokens.reduce<unknown>((found, token) => (found as Record<string, unknown>)[token], document) as Found;
}

interface Change {
  /** Where, among all places of the value. */
  place: number;
  how: 'replace' | 'remove' | 'rename' | 'wrap' | 'retype' | 'add';
  what: unknown;
  name: string;
}

const names = fc.oneof(
  fc.constantFrom('id', 'type', 'attributes', 'data', '__proto__', 'constructor', '@context', 'lid', 'createdAt', ''),
  binaryText({ maxLength: 6 }),
);

const changes: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom<Change['how']>('replace', 'remove', 'rename', 'wrap', 'retype', 'add'),
  what: odd,
  name: names,
});

/** Values near those: some of their places are changed. */
export const nearly = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(values, fc.array(changes, { minLength: 1, maxLength: 3 }))
    .map(([value, all]) => all.reduce((changing, change) => changed(changing, change), value));

function changed(value: unknown, change: Change): unknown {
  const copy = structuredClone({ root: value }) as Holder;
  const places = [...placesIn(copy, 'root')];
  const [holder, key] = places[change.place % places.length] as [Holder, string];
  apply(holder, key, change);
  return copy.root;
}

type Holder = Record<string, unknown>;

function* placesIn(holder: Holder, key: string): Generator<[Holder, string]> {
  yield [holder, key];
  const value = holder[key];
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) yield* placesIn(value as Holder, name);
}

function apply(holder: Holder, key: string, { how, what, name }: Change): void {
  const value = holder[key];
  if (how === 'replace') holder[key] = what;
  else if (how === 'wrap') holder[key] = [value];
  else if (how === 'retype') holder[key] = typeof value === 'string' ? Number(value) : String(value);
  else if (how === 'add' && typeof value === 'object' && value !== null) define(value, name, what);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    delete holder[key];
    if (how === 'rename') define(holder, name, value);
  }
}

/** Also where the name is `__proto__`. */
const define = (holder: object, name: string, value: unknown): void =>
  void Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
