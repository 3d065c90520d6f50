/** Where in the request a fault is: a JSON Pointer into the document, a query parameter's name or a header's name. */
export type ErrorSource = { pointer: string } | { parameter: string } | { header: string };

/** Every `code` that an error document can carry, with its status and title. */
const KINDS = {
  badRequest: [400, 'Bad Request'],
  invalidQueryParameter: [400, 'Invalid Query Parameter'],
  unauthorized: [401, 'Unauthorized'],
  unauthorizedOauthScope: [403, 'Unauthorized OAuth Scope'],
  unauthorizedRequest: [403, 'Unauthorized Request'],
  resourceNotFound: [404, 'Resource Not Found'],
  routeNotFound: [404, 'Route Not Found'],
  methodNotAllowed: [405, 'Method Not Allowed'],
  notAcceptable: [406, 'Not Acceptable'],
  requestTimeout: [408, 'Request Timeout'],
  conflict: [409, 'Conflict'],
  preconditionFailed: [412, 'Precondition Failed'],
  payloadTooLarge: [413, 'Payload Too Large'],
  unsupportedMediaType: [415, 'Unsupported Media Type'],
  validationError: [422, 'Validation Error'],
  rateLimitExceeded: [429, 'Rate Limit Exceeded'],
  internalServerError: [500, 'Internal Server Error'],
  serviceUnavailable: [503, 'Service Unavailable'],
} as const;

export type ErrorCode = keyof typeof KINDS;

/** One error object of an error document; thrown alone, or several together in {@link JsonApiErrors}. */
export class JsonApiError extends Error {
  readonly status: number;
  readonly title: string;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly source?: ErrorSource,
    /** Response headers that belong to the error, such as `Allow`. */
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
    [this.status, this.title] = KINDS[code];
  }

  /** The error object; `id` repeats the code, as consumers of the Outreach API expect. */
  toJSON() {
    const { code, title, detail, source } = this;
    return { id: code, status: String(this.status), code, title, detail, ...(source && { source }) };
  }
}

/** Several faults of one request, all of the same status. */
export class JsonApiErrors extends Error {
  constructor(readonly errors: [JsonApiError, ...JsonApiError[]]) {
    super(errors.map((error) => error.detail).join(' '));
  }
}

/** Throws the collected faults, if there are any. */
export function throwIfAny(errors: JsonApiError[]): void {
  const [first, ...more] = errors;
  if (first) throw more.length ? new JsonApiErrors([first, ...more]) : first;
}

/** @example pointerTo('data', 'attributes', 'a/b') gives { pointer: '/data/attributes/a~1b' } */
export const pointerTo = (...path: string[]): ErrorSource => ({
  pointer: path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
});

export const badRequest = (detail: string, source?: ErrorSource) => new JsonApiError('badRequest', detail, source);

export const validationError = (detail: string, source: ErrorSource) =>
  new JsonApiError('validationError', detail, source);

export const conflict = (detail: string, source: ErrorSource) => new JsonApiError('conflict', detail, source);

/** 404; `id` as the request wrote it. */
export const resourceNotFound = (type: string, id: string) =>
  new JsonApiError('resourceNotFound', `Could not find '${type}' with ID '${id}'.`);
