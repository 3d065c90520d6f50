import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyRequest } from 'fastify';
import type { HeaderObject, OpenAPIObject, ReferenceObject, ResponseObject } from 'openapi3-ts/oas31';
import { OpenApiDocument } from '../../src/openapi/openapi-document.js';

/** Headers of the connection, which OpenAPI does not describe. */
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];

/** An answer as it was sent. */
interface SentAnswer {
  method: string;
  url: string;
  /** The pattern of the route; undefined where there is none. */
  route: string | undefined;
  status: number;
  headers: Record<string, number | string | string[] | undefined>;
  payload: unknown;
}

/** By service, the answers that have not been looked at. */
const sentAnswers = new WeakMap<NestFastifyApplication, SentAnswer[]>();

/**
 * Keeps every answer of the API, whoever asks and however, for {@link checkDescribed}: in the midst of a request there is no
 * time for that. Call it before `init()`.
 */
export function holdToDescription(app: NestFastifyApplication): void {
  const sent: SentAnswer[] = [];
  sentAnswers.set(app, sent);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      if (request.url.startsWith('/api/v2') && !isPreflight(request)) {
        const { method, url } = request;
        const [route, status] = [request.routeOptions.url, reply.statusCode];
        sent.push({ method, url, route, status, headers: { ...reply.getHeaders() }, payload });
      }
      done(null, payload);
    });
}

/** Fails when an answer of the service since the last time was not as its OpenAPI document says. */
export async function checkDescribed(app: NestFastifyApplication): Promise<void> {
  const sent = sentAnswers.get(app)?.splice(0) ?? [];
  if (sent.length === 0) return;
  const description = await describe(app);
  const found = sent.flatMap((answer) => [...description.deviations(answer)]);
  if (found.length > 0) throw new Error(`Not as the OpenAPI document says:\n${found.slice(0, 10).join('\n')}`);
}

async function describe(app: NestFastifyApplication): Promise<Description> {
  const { bytes } = await app.get(OpenApiDocument, { strict: false }).get();
  const known = byBytes.get(bytes);
  if (known) return known;
  const text = bytes.toString();
  const made = descriptions.get(text) ?? new Description(JSON.parse(text) as OpenAPIObject);
  descriptions.set(text, made);
  byBytes.set(bytes, made);
  return made;
}

const byBytes = new WeakMap<Buffer, Description>();

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

  *deviations(answer: SentAnswer): Generator<string> {
    const { status, payload } = answer;
    const what = `${answer.method} ${answer.url} ${status}`;
    const path = answer.route?.replace(/:(\w+)/g, '{$1}');
    const method = answer.method === 'HEAD' ? 'get' : answer.method.toLowerCase();
    const responses = path && pointer('paths', path, method, 'responses');
    if (!responses) {
      yield* this.unroutable(what, answer);
      return;
    }
    const at = this.locate(`${responses}/${status}`);
    const response = at && (this.resolve(at) as ResponseObject);
    if (!response) {
      yield `${what}: an undocumented status`;
      return;
    }
    yield* this.headers(what, answer, response);
    if (answer.method === 'HEAD') return;
    const type = answer.headers['content-type'] as string | undefined;
    if (payload === undefined || payload === null || payload === '') {
      if (response.content) yield `${what}: no body`;
    } else if (!type || !response.content?.[type]) yield `${what}: an undocumented media type, ${type}`;
    else if (Buffer.isBuffer(payload)) yield* this.body(what, `${at}/content/${escaped(type)}/schema`, payload);
  }

  /** For a path or method that there is not, the document has the form of the errors. */
  private *unroutable(what: string, { status, payload }: SentAnswer): Generator<string> {
    if (![400, 404, 405, 406, 414, 415].includes(status)) yield `${what}: an undocumented path or method`;
    if (Buffer.isBuffer(payload)) yield* this.body(what, '#/components/schemas/Error', payload, ERRORS);
  }

  private *headers(what: string, { headers: sent }: SentAnswer, response: ResponseObject): Generator<string> {
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

  private *body(
    what: string,
    schema: string,
    payload: Buffer,
    around = (one: object): object => one,
  ): Generator<string> {
    const validate = this.validators.get(schema) ?? this.ajv.compile(around({ $ref: `openapi${schema}` }));
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

/** The schema of a document of such errors. */
const ERRORS = (error: object) => ({
  type: 'object',
  properties: { jsonapi: { type: 'object' }, errors: { type: 'array', minItems: 1, items: error } },
  required: ['jsonapi', 'errors'],
  additionalProperties: false,
});

const escaped = (token: string): string => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
const unescaped = (token: string): string => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');

const pointer = (...tokens: string[]): string => `#/${tokens.map(escaped).join('/')}`;
