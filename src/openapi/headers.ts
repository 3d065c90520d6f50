import type { HeaderObject, HeadersObject } from 'openapi3-ts/oas31';
import { SECURITY_HEADERS } from '../json-api/nest/security-headers.js';
import { JSON_API_MEDIA_TYPE } from '../json-api/requests/media-type.js';
import { type Installation, type Operation, hasEtag } from './declarations.js';

// Step 3 of the OpenAPI document, continued: the headers of responses.

const integer = (description: string): HeaderObject => ({
  description,
  required: true,
  schema: { type: 'integer', minimum: 0 },
});

const text = (description: string, example: string): HeaderObject => ({
  description,
  required: true,
  schema: { type: 'string' },
  example,
});

const RATE_LIMIT = {
  'X-RateLimit-Limit': integer('How many requests the user may make in an hour of the clock; 1000000000: any number.'),
  'X-RateLimit-Remaining': integer('How many are left in this hour.'),
  'X-RateLimit-Reset': integer('When the next hour begins, in seconds since 1970.'),
};

const CORS = {
  'Access-Control-Allow-Origin': {
    description: 'The origin of the page that asks, where it may.',
    schema: { type: 'string' },
  },
  'Access-Control-Expose-Headers': { description: 'What such a page may read.', schema: { type: 'string' } },
} satisfies HeadersObject;

const ON_EVERY_ANSWER: HeadersObject = {
  'X-Request-Id': text("The request's id in the log: the caller's, if it sent a sane one.", 'c7d2c8a4'),
  Vary: text('The request headers that the answer depends on.', 'Accept'),
  ...Object.fromEntries(
    Object.entries(SECURITY_HEADERS).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      { description: 'The same on every answer.', required: true, schema: { type: 'string', const: value } },
    ]),
  ),
};

const HEADERS = {
  ...RATE_LIMIT,
  ...ON_EVERY_ANSWER,
  ETag: text('Names what the document shows, for `If-None-Match` and `If-Match`.', '"7.1.0-Fv8mSe2uLa0XcPq1"'),
  Location: text('The URL of the new resource, its `links.self`.', 'https://calls.example.com/api/v2/callPurposes/7'),
  'WWW-Authenticate': text(
    'What is wrong with the token (RFC 6750).',
    'Bearer error="invalid_token", error_description="The bearer token is expired."',
  ),
  'Retry-After': integer('Seconds until the request may be made again.'),
  'Idempotent-Replayed': {
    description: 'That this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', const: 'true' },
  },
  ...CORS,
} satisfies HeadersObject;

/** What a document that is refused for its type should be; that of one which is encoded says that alone. */
const OF_REFUSED_DOCUMENTS = {
  Accept: text('The media type of request documents.', JSON_API_MEDIA_TYPE),
  'Accept-Patch': text('The media type of request documents.', JSON_API_MEDIA_TYPE),
  'Accept-Encoding': text('What request documents may be encoded as.', 'identity'),
} satisfies HeadersObject;

/** The headers that answers have here, by name; an answer says which of them it has. */
export function headerComponents({ allowsOrigins }: Installation): HeadersObject {
  const absent = allowsOrigins ? [] : Object.keys(CORS);
  return Object.fromEntries(Object.entries(HEADERS).filter(([name]) => !absent.includes(name)));
}

type HeaderName = keyof typeof HEADERS;

const BY_STATUS: Record<number, HeaderName[]> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The headers of the operation's answers of that status, as references. */
export function headersOf(
  { access, content, method }: Operation,
  status: number,
  { allowsOrigins }: Installation,
): HeadersObject {
  const names: string[] = [...Object.keys(ON_EVERY_ANSWER), ...(BY_STATUS[status] ?? [])];
  const counts = access.kind !== 'public';
  // Answers from before the token was checked do not say how many requests its user has left.
  if (counts && (status < 400 || status === 429)) names.push(...Object.keys(RATE_LIMIT));
  if (allowsOrigins) names.push(...Object.keys(CORS));
  if (status < 400 && status !== 204 && hasEtag(content)) names.push('ETag');
  if (status === 201 && method === 'POST') names.push('Location', 'Idempotent-Replayed');
  const headers: HeadersObject = Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  const optional = counts && status >= 400 && status !== 429 ? Object.entries(RATE_LIMIT) : [];
  for (const [name, header] of optional) headers[name] = { ...header, required: false };
  // Where another request with the same key is under way.
  if (status === 409 && method === 'POST') headers['Retry-After'] = { ...HEADERS['Retry-After'], required: false };
  const accepts = method === 'PATCH' ? 'Accept-Patch' : 'Accept';
  for (const name of status === 415 ? ([accepts, 'Accept-Encoding'] as const) : [])
    headers[name] = { ...OF_REFUSED_DOCUMENTS[name], required: false };
  if (status === 403) headers['WWW-Authenticate'] = { ...HEADERS['WWW-Authenticate'], required: false };
  return headers;
}
