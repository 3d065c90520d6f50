import type { Resource } from '../resource.js';

/** Where in the request a fault is: a JSON Pointer into the document, a query parameter's name or a header's name. */
export type ErrorSource = { pointer: string } | { parameter: string } | { header: string };

/** Finds the resource that an error is about, after the transaction that it ended; `null` when that is gone. */
export type About = () => Promise<[resource: Resource, id: string] | null>;

/** Every `code` that an error document can carry, with its status, its title and when it is given. */
export const ERROR_KINDS = {
  badRequest: [400, 'Bad Request', 'The request is not well-formed: its path, its host or its document.'],
  invalidQueryParameter: [
    400,
    'Invalid Query Parameter',
    'There is no such query parameter, or it names something that does not exist.',
  ],
  unauthorized: [401, 'Unauthorized', 'There is no bearer token, or it is not valid.'],
  unauthorizedOauthScope: [403, 'Unauthorized OAuth Scope', 'The token lacks a scope, which `detail` names.'],
  unauthorizedRequest: [403, 'Unauthorized Request', 'The token has the scope, but the policy says no.'],
  resourceNotFound: [404, 'Resource Not Found', 'There is no resource with that id.'],
  routeNotFound: [404, 'Route Not Found', 'There is nothing at that path.'],
  methodNotAllowed: [405, 'Method Not Allowed', 'The path has no such method; `Allow` has those that it has.'],
  notAcceptable: [
    406,
    'Not Acceptable',
    '`Accept` names the JSON:API media type only in forms that can not be served.',
  ],
  requestTimeout: [408, 'Request Timeout', 'The request did not arrive in time.'],
  conflict: [
    409,
    'Conflict',
    'The type, or the id, in the document is not that of the URL, or the document was read before the last change.',
  ],
  preconditionFailed: [
    412,
    'Precondition Failed',
    'What is there is not what `If-Match` names, or what `If-None-Match` does.',
  ],
  payloadTooLarge: [413, 'Payload Too Large', 'The document is too large.'],
  uriTooLong: [414, 'URI Too Long', 'The URL is longer than 16 KB.'],
  unsupportedMediaType: [415, 'Unsupported Media Type', 'The document is not declared as JSON:API, or is encoded.'],
  validationError: [422, 'Validation Error', 'A value can not be used: one error for each fault, with its source.'],
  rateLimitExceeded: [429, 'Rate Limit Exceeded', 'The user has made too many requests in this hour.'],
  headersTooLarge: [431, 'Request Header Fields Too Large', 'URL and headers are longer than 32 KB together.'],
  internalServerError: [
    500,
    'Internal Server Error',
    'Something went wrong in the service, whose log has it under the request id.',
  ],
  serviceUnavailable: [
    503,
    'Service Unavailable',
    'The service can not answer now, as when its database is out of reach; the request may be made again.',
  ],
} as const;

export type ErrorCode = keyof typeof ERROR_KINDS;

/** One error object of an error document; thrown alone, or several together in {@link JsonApiErrors}. */
export class JsonApiError extends Error {
  readonly status: number;
  readonly title: string;
  /** Known once the response is made. */
  links?: { about: string };

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly source?: ErrorSource,
    /** Response headers that belong to the error, such as `Allow`. */
    readonly headers: Record<string, string> = {},
    readonly about?: About,
  ) {
    super(detail);
    [this.status, this.title] = ERROR_KINDS[code];
  }

  /** The error object; `id` repeats the code, as consumers of the Outreach API expect. */
  toJSON() {
    const { code, title, detail, source, links } = this;
    const shown = { id: code, status: String(this.status), code, title, detail };
    return { ...shown, ...(source && { source }), ...(links && { links }) };
  }
}

/** Several faults of one request, all of the same status. */
export class JsonApiErrors extends Error {
  constructor(readonly errors: [JsonApiError, ...JsonApiError[]]) {
    super(errors.map((error) => error.detail).join(' '));
  }
}

/** Faults of one request that get an error each. */
export const MAX_ERRORS = 20;

/**
 * Throws the errors of the collected faults, if there are any: of the first 20, and then one that says that there are more.
 * @param errorOf is asked for those alone: a request can have thousands of faults, and an error object takes long to make
 */
export function throwIfAny<Fault>(faults: readonly Fault[], errorOf: (fault: Fault) => JsonApiError): void {
  const [first, ...others] = faults.slice(0, MAX_ERRORS).map(errorOf);
  if (!first) return;
  if (faults.length > MAX_ERRORS) others.push(new JsonApiError(first.code, 'There are more faults than these.'));
  throw others.length > 0 ? new JsonApiErrors([first, ...others]) : first;
}

/** @example pointerTo('data', 'attributes', 'a/b') gives { pointer: '/data/attributes/a~1b' } */
export const pointerTo = (...path: string[]): ErrorSource => ({
  pointer: path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
});

/** 414; the router would take it, and so would Node up to the limit of all headers together. */
export const uriTooLong = () => new JsonApiError('uriTooLong', 'The URL is longer than 16 KB.');

export const badRequest = (detail: string, source?: ErrorSource) => new JsonApiError('badRequest', detail, source);

export const validationError = (detail: string, source: ErrorSource, about?: About) =>
  new JsonApiError('validationError', detail, source, {}, about);

export const conflict = (detail: string, source: ErrorSource) => new JsonApiError('conflict', detail, source);

/** 404; `id` as the request wrote it. */
export const resourceNotFound = (type: string, id: string) =>
  new JsonApiError('resourceNotFound', `Could not find '${type}' with ID '${id}'.`);
