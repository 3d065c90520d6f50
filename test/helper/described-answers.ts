import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HeaderObject, OpenAPIObject, ReferenceObject, ResponseObject } from 'openapi3-ts/oas31';
import { OpenApiDocument } from '../../src/openapi/openapi-document.js';

/** Headers of the connection, which OpenAPI does not describe. */
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];

/** By service, what its answers had that its OpenAPI document does not say, or lacked that it says. */
const deviations = new WeakMap<NestFastifyApplication, string[]>();

/** Fails when an answer of the service since the last time was not as its OpenAPI document says. */
export function checkDescribed(app: NestFastifyApplication): void {
  const found = deviations.get(app)?.splice(0) ?? [];
  if (found.length > 0) throw new Error(`Not as the OpenAPI document says:\n${found.slice(0, 10).join('\n')}`);
}

/** Holds every answer of the API, whoever asks and however, to the OpenAPI document of the same service. Call it before `init()`. */
export function holdToDescription(app: NestFastifyApplication): void {
  const found: string[] = [];
  deviations.set(app, found);
  let description: Promise<Description> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      if (request.url.startsWith('/api/v2') && !isPreflight(request)) {
        description ??= describe(app);
        found.push(...(await description).deviations(request, reply, payload));
      }
      return payload;
    });
}
async function describe(app: NestFastifyApplication): Promise<Description> {
  const { bytes } = await app.get(OpenApiDocument, { strict: false }).get();
  const text = bytes.toString();
  const known = descriptions.get(text) ?? new Description(JSON.parse(text) as OpenAPIObject);
  descriptions.set(text, known);
  return known;
}

/** By document: services with the same settings have the same. */
const descriptions = new Map<string, Description>();

const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

class Description {
  private readonly ajv = new Ajv2020({ strict: false, formats: { iri: true } });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenAPIObject) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(document, 'openapi');
  }

  *deviations(request: FastifyRequest, reply: FastifyReply, payload: unknown): Generator<string> {
    const what = `${request.method} ${request.url} ${reply.statusCode}`;
    const path = request.routeOptions.url?.replace(/:(\w+)/g, '{$1}');
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const responses = path && pointer('paths', path, method, 'responses');
    if (!responses) {
      yield* this.unroutable(what, reply, payload);
      return;
    }
    const at = this.locate(`${responses}/${reply.statusCode}`);
    const response = at && (this.resolve(at) as ResponseObject);
    if (!response) {
      yield `${what}: an undocumented status`;
      return;
    }
    yield* this.headers(what, reply, response);
    if (request.method === 'HEAD') return;
    const type = reply.getHeader('content-type') as string | undefined;
    if (payload === undefined || payload === null || payload === '') {
      if (response.content) yield `${what}: no body`;
    } else if (!type || !response.content?.[type]) yield `${what}: an undocumented media type, ${type}`;
    else if (Buffer.isBuffer(payload)) yield* this.body(what, `${at}/content/${escaped(type)}/schema`, payload);
  }

  /** For a path or method that there is not, the document has the form of the errors. */
  private *unroutable(what: string, reply: FastifyReply, payload: unknown): Generator<string> {
    if (![400, 404, 405].includes(reply.statusCode)) yield `${what}: an undocumented path or method`;
    if (Buffer.isBuffer(payload)) yield* this.body(what, pointer('components', 'schemas', 'ErrorDocument'), payload);
  }

  private *headers(what: string, reply: FastifyReply, response: ResponseObject): Generator<string> {
    const sent = reply.getHeaders();
    const documented = new Map(Object.entries(response.headers ?? {}).map(([name, one]) => [name.toLowerCase(), one]));
    for (const name of Object.keys(sent)) {
      if (!documented.has(name) && !TRANSPORT.includes(name)) yield `${what}: an undocumented header, ${name}`;
    }
    for (const [name, header] of documented) {
      const { required, schema } = this.resolved(header);
      if (sent[name] === undefined) {
        if (required) yield `${what}: no ${name}`;
        continue;
      }
      const { type, const: only } = schema as { type: string; const?: unknown };
      if (type === 'integer' && !/^\d+$/.test(String(sent[name]))) yield `${what}: ${name} is ${String(sent[name])}`;
      if (only !== undefined && sent[name] !== only) yield `${what}: ${name} is ${String(sent[name])}`;
    }
  }

  private *body(what: string, schema: string, payload: Buffer): Generator<string> {
    const validate = this.validators.get(schema) ?? this.ajv.compile({ $ref: `openapi${schema}` });
    this.validators.set(schema, validate);
    if (validate(JSON.parse(payload.toString()))) return;
    yield `${what}: ${this.ajv.errorsText(validate.errors)}\n  ${payload.subarray(0, 2_000).toString()}`;
  }

  private resolved(header: HeaderObject | ReferenceObject): HeaderObject {
    return (header.$ref ? this.resolve(header.$ref) : header) as HeaderObject;
  }

  /** The place of what stands there, or of what it refers to. */
  private locate(place: string): string | undefined {
    const found = this.resolve(place) as { $ref?: string } | undefined;
    return found && (found.$ref ?? place);
  }

  private resolve(place: string): unknown {
    const tokens = place.split('/').slice(1);
    return tokens.reduce<unknown>(
      (value, token) => (value as Record<string, unknown> | undefined)?.[unescaped(token)],
      this.document,
    );
  }
}

const escaped = (token: string): string => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
const unescaped = (token: string): string => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');

const pointer = (...tokens: string[]): string => `#/${tokens.map(escaped).join('/')}`;
