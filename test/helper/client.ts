import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { checkDescribed } from './described-answers.js';
import { expectJsonApi } from './json-api-schema.js';

export const MEDIA_TYPE = 'application/vnd.api+json';

/** A resource object in an answer. */
export interface ResourceObject {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data?: { type: string; id: string } | null; links?: { related: string } }>;
  links: { self: string };
  meta?: Record<string, unknown>;
}

export interface ErrorObject {
  id: string;
  status: string;
  code: string;
  title: string;
  detail: string;
  source?: { pointer?: string; parameter?: string; header?: string };
  links?: { about: string };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body as it came. */
  text: string;
  /** The body as JSON; `undefined` for an empty one. */
  document: Document;
  /** The one resource of the document. */
  resource: ResourceObject;
  /** The resources of the collection in the document. */
  resources: ResourceObject[];
  errors: ErrorObject[];
}

export interface Document {
  jsonapi: { version: string };
  links: Record<string, string>;
  data: unknown;
  included?: ResourceObject[];
  meta?: Record<string, unknown>;
  errors?: ErrorObject[];
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE' | 'PUT' | 'OPTIONS';

/** Sends requests as one user; checks each answer against the JSON:API schema and the OpenAPI document. */
export class Client {
  constructor(
    private readonly app: NestFastifyApplication,
    readonly token?: string,
  ) {}

  get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', url, { headers });
  }

  delete(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('DELETE', url, { headers });
  }

  /** @param data the resource object to make */
  post(url: string, data: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', url, { headers, body: JSON.stringify({ data }) });
  }

  /** @param data the resource object with what changes */
  patch(url: string, data: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('PATCH', url, { headers, body: JSON.stringify({ data }) });
  }

  /**
   * @param url absolute, or after `/api/v2`
   * @param body sent with the JSON:API media type unless the headers name another
   */
  async send(
    method: Method,
    url: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const { origin, path } = split(url);
    const response = await this.app.inject({
      method,
      url: path,
      headers: {
        host: origin ? new URL(origin).host : 'localhost',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': MEDIA_TYPE }),
        ...headers,
      },
      ...(body !== undefined && { payload: body }),
    });
    await checkDescribed(this.app);
    return answerOf(response.statusCode, response.headers as Answer['headers'], response.body);
  }
}

function split(url: string): { origin?: string; path: string } {
  if (url.startsWith('/')) return { path: `/api/v2${url}` };
  const { origin } = new URL(url);
  return { origin, path: url.slice(origin.length) };
}

/** An answer of the API; fails unless its body, where there is one, is a JSON:API document. */
export function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const document = (text === '' ? undefined : JSON.parse(text)) as Document;
  if (document) expectJsonApi(document, headers['content-type']);
  return {
    status,
    headers,
    text,
    document,
    resource: document?.data as ResourceObject,
    resources: document?.data as ResourceObject[],
    errors: document?.errors ?? [],
  };
}
