import fc from 'fast-check';
import type { OpenAPIObject, OperationObject, RequestBodyObject } from 'openapi3-ts/oas31';
import { binaryText } from './arbitraries.js';
import { odd } from './arbitrary-documents.js';
import { MEDIA_TYPE } from './client.js';
import { type Described, type Part, mostly, part } from './described-parts.js';
import { queriesOf } from './described-queries.js';
import { nearly, resolved, smallIds, valuesOf } from './schema-arbitraries.js';

/** Who asks. */
export type Caller = 'administrator' | 'user' | 'reader' | 'nobody' | 'intruder';

/** A request as it is put on the wire. */
export interface DescribedRequest {
  caller: Caller;
  method: string;
  /** Path and query, percent-encoded where HTTP asks for it. */
  target: string;
  headers: [name: string, value: string][];
  body?: string | Uint8Array;
  /** Whether every part of it is as the OpenAPI document has it. */
  isDescribed: boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS', 'TRACE', 'PROPFIND'];
const JUNK_IDS = [
  '0',
  '-1',
  '01',
  '1e3',
  '1.0',
  ' 1',
  '%31',
  '9'.repeat(19),
  '9'.repeat(400),
  '%00',
  '%',
  '%2e%2e',
  '*',
];
const JUNK_PATHS = ['', '/', '//', '/api', '/api/v2/', '/api/v2/nowhere', '/api/v2/../v2/calls', '/API/V2/calls', '/%'];
const MEDIA_TYPES = ['; charset=utf-8', '; ext="x"', ';profile="x"', ';q=0', ', */*', ''].map(
  (end) => MEDIA_TYPE + end,
);

/** What a header can hold: any characters but those that end it. */
const headerValues = fc
  .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));

/** Requests of every operation of the document: as it describes them, nearly so, and not at all. */
export function requestsOf(document: OpenAPIObject): fc.Arbitrary<DescribedRequest> {
  const requests = operationsOf(document).map((operation) =>
    fc
      .record({
        caller: fc.oneof(
          { weight: 10, arbitrary: fc.constant<Caller>('administrator') },
          { weight: 3, arbitrary: fc.constantFrom<Caller>('user', 'reader', 'nobody', 'intruder') },
        ),
        method: fc.oneof(
          { weight: 12, arbitrary: part(fc.constant(operation.method), true) },
          { weight: 1, arbitrary: part(fc.constantFrom(...METHODS), false) },
        ),
        path: pathsOf(operation),
        query: queriesOf(operation, document),
        headers: headersOf(operation, document),
        body: bodiesOf(operation, document),
      })
      .map(({ caller, method, path, query, headers, body }) => ({
        caller,
        method: method.value,
        target: `${path.value}${query.value}`,
        headers: headers.value,
        ...(body.value !== undefined && { body: forPath(body.value, path.value) }),
        isDescribed: [method, path, query, headers, body].every(({ isDescribed }) => isDescribed),
      })),
  );
  return fc.oneof(...requests);
}

/** A PATCH needs the id of its path. */
function forPath(body: string | Uint8Array, path: string): string | Uint8Array {
  const [, id] = /\/([1-9]\d?)$/.exec(path) ?? [];
  if (id === undefined || typeof body !== 'string') return body;
  return body.replace(/^(\{"data":\{(?:"type":"\w+",)?"id":"?)[1-9]\d?("?[,}])/, `$1${id}$2`);
}

const operationsOf = (document: OpenAPIObject): Described[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, OperationObject>).map(([method, { parameters = [], requestBody }]) => {
      const content = requestBody && resolved(requestBody as RequestBodyObject, document).content[MEDIA_TYPE];
      return {
        path,
        method: method.toUpperCase(),
        parameters: parameters.map((parameter) => resolved(parameter, document)),
        ...(content?.schema && { body: resolved(content.schema, document) }),
      };
    }),
  );

function pathsOf({ path }: Described): Part<string> {
  const junk = fc.oneof(
    fc.constantFrom(...JUNK_IDS),
    binaryText({ maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const ids = mostly(smallIds, junk).map(({ value, isDescribed }) => ({
    value: path.replace('{id}', value),
    isDescribed,
  }));
  return fc.oneof(
    { weight: 25, arbitrary: ids },
    { weight: 1, arbitrary: part(fc.constantFrom(...JUNK_PATHS), false) },
  );
}

function headersOf({ parameters, body }: Described, document: OpenAPIObject): Part<[string, string][]> {
  const declared = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, schema }) =>
      fc
        .oneof(
          valuesOf(schema ?? {}, document).map((value) => String(value).replace(/[^ -~]/gu, '')),
          ...(name.startsWith('If-') ? [fc.constantFrom('*', '"1"', 'W/"x"', '"1.1-x", "2"')] : []),
        )
        .map((value): [string, string] => [name, value]),
    );
  const accept = fc
    .constantFrom(MEDIA_TYPE, '*/*', 'application/json')
    .map((value): [string, string] => ['Accept', value]);
  const type: [string, string][] = body ? [['Content-Type', MEDIA_TYPE]] : [];
  const described = fc
    .subarray([accept, ...declared])
    .chain((chosen) => fc.tuple(...chosen))
    .map((chosen) => [...chosen, ...type]);
  const names = fc.constantFrom(
    ...parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
    ...['Accept', 'Content-Type', 'Cookie', 'Expect', 'Forwarded', 'Origin', 'Range', 'X-Forwarded-Host'],
    ...['X-HTTP-Method-Override', 'Accept-Encoding', 'Content-Encoding', 'Upgrade', 'TE', 'X-Junk'],
  );
  return mostly(
    described,
    fc.array(fc.tuple(names, fc.oneof(headerValues, fc.constantFrom(...MEDIA_TYPES))), { minLength: 1, maxLength: 4 }),
  );
}

function bodiesOf({ body }: Described, document: OpenAPIObject): Part<string | Uint8Array | undefined> {
  const junk = fc.oneof(
    fc.json(),
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom('', 'null', '[]', '{}', '{"data":', '{"data":null}', '{"data":{}}', '\ufeff{"data":{}}'),
    fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    odd.map((data) => JSON.stringify({ data })),
  );
  if (!body) {
    return fc.oneof(
      { weight: 15, arbitrary: part(fc.constant(undefined), true) },
      { weight: 1, arbitrary: part(junk, false) },
    );
  }
  const documents = valuesOf(body, document);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: part(
        documents.map((value) => JSON.stringify(value)),
        true,
      ),
    },
    {
      weight: 5,
      arbitrary: part(
        nearly(documents).map((value) => JSON.stringify(value) ?? ''),
        false,
      ),
    },
    { weight: 1, arbitrary: part(junk, false) },
  );
}
