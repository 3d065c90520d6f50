import fc from 'fast-check';
import type { OpenAPIObject, ParameterObject, SchemaObject } from 'openapi3-ts/oas31';
import { binaryText } from './arbitraries.js';
import { type Described, type Part, mostly } from './described-parts.js';
import { smallIds, valuesOf } from './schema-arbitraries.js';

const JUNK_VALUES = [
  '',
  ',',
  '..',
  'inf..neginf',
  '__null__',
  '-',
  '--order',
  '1e309',
  "'--",
  '%00',
  '%',
  '%ED%A0%80',
  '[x',
];
const JUNK_NAMES = [
  'filter',
  'filter[]',
  'filter[x]',
  'filter[id][id]',
  'page',
  'page[size][]',
  'sort[]',
  'x',
  '__proto__',
];

/** Queries of an operation: as it describes them, and junk. */
export function queriesOf({ parameters }: Described, document: OpenAPIObject): Part<string> {
  const described = parameters.filter((parameter) => parameter.in === 'query');
  const encoded = fc
    .subarray(
      described.map((parameter) => pairsOf(parameter, document)),
      { maxLength: Math.min(4, described.length) },
    )
    .chain((chosen) => fc.tuple(...chosen))
    .map((pairs) => withSyntax(pairs.flat()));
  const names = fc.oneof(
    fc.constantFrom(...described.map(({ name }) => name), ...JUNK_NAMES),
    fc.string({ maxLength: 10 }),
  );
  const values = fc.oneof(
    fc.constantFrom(...JUNK_VALUES),
    binaryText({ maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const junk = fc
    .array(fc.tuple(names, values), { minLength: 1, maxLength: 4 })
    .map((pairs) => pairs.map(([name, value]) => `${asTarget(name)}=${value}`).join('&'));
  return mostly(encoded, junk).map(({ value, isDescribed }) => ({ value: value && `?${value}`, isDescribed }));
}

/** The new forms of filters are there with that parameter only. */
function withSyntax(pairs: string[]): string {
  const isNew = pairs.some((pair) => /^filter.*(\[\]|\[(gte|lte|gt|lt)\])=/.test(pair));
  const others = pairs.filter((pair) => !pair.startsWith('newFilterSyntax='));
  return (isNew ? [...others, 'newFilterSyntax=true'] : pairs).join('&');
}

function pairsOf({ name, schema, explode }: ParameterObject, document: OpenAPIObject): fc.Arbitrary<string[]> {
  const values = name.startsWith('filter') ? filterValues(name, document) : valuesOf(schema ?? {}, document);
  return fc.tuple(values, fc.boolean()).map(([value, raw]) => {
    const key = raw ? name : encodeURIComponent(name);
    if (!Array.isArray(value)) return [`${key}=${asValue(value)}`];
    if (explode) return [...new Set(value.map(asValue))].map((one) => `${key}=${one}`);
    return [`${key}=${value.map(asValue).join(',')}`];
  });
}

/** Any text will do by the document; these are more often of the attribute's type. */
function filterValues(name: string, document: OpenAPIObject): fc.Arbitrary<unknown> {
  const [, attribute = ''] = /^filter\[(\w+)\]/.exec(name) ?? [];
  const known = Object.values(document.components?.schemas ?? {}).flatMap((schema) => {
    const { properties } = ((schema as SchemaObject).properties?.attributes as SchemaObject) ?? {};
    return properties?.[attribute] ?? [];
  });
  const [schema] = known;
  const one = schema ? valuesOf(schema, document).map((value) => asText(value ?? '__null__')) : smallIds;
  const ranges = fc.tuple(one, one).map(([from, to]) => `${from}..${to}`);
  const texts = fc.oneof(one, ranges, fc.constantFrom('__null__', '__notnull__'));
  return name.endsWith('[]') ? fc.array(texts, { minLength: 1, maxLength: 3 }) : texts;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const asValue = (value: unknown): string => encodeURIComponent(asText(value).toWellFormed());
const asTarget = (text: string): string => text.replace(/[^!$&'()*+,\-./0-9:;=?@A-Z[\]_a-z~%]/gu, encodeURIComponent);
