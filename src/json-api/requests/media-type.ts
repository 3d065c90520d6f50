import type { IncomingHttpHeaders } from 'node:http';
import { type ContentType, parse } from 'content-type';
import { JsonApiError, badRequest } from '../errors/json-api-error.js';

export const JSON_API_MEDIA_TYPE = 'application/vnd.api+json';

/**
 * The client's half of content negotiation: https://jsonapi.org/format/1.1/#content-negotiation-client-responsibilities.
 * No extension is supported; profiles are allowed and have no effect.
 * @throws JsonApiError 406 when the header names the JSON:API media type, but only in forms that can't be served
 */
export function checkAccept(accept: string | undefined): void {
  if (!accept?.toLowerCase().includes(JSON_API_MEDIA_TYPE)) return;

  const reasons = [...mediaTypesIn(accept)]
    .filter(({ type }) => type === JSON_API_MEDIA_TYPE)
    .map(({ parameters }) => unsupportedParameter(parameters, 'q'));
  if (reasons.length === 0 || reasons.includes(undefined)) return;
  throw new JsonApiError('notAcceptable', `No ${JSON_API_MEDIA_TYPE} in Accept can be served: ${reasons[0]}`, {
    header: 'Accept',
  });
}

/** The response headers that say what a request body may be. */
const ACCEPTED: Record<string, Record<string, string>> = {
  POST: { Accept: JSON_API_MEDIA_TYPE },
  PATCH: { 'Accept-Patch': JSON_API_MEDIA_TYPE },
};

/** @throws JsonApiError 415 unless the body is declared as JSON:API without an unsupported parameter */
export function checkContentType(contentType = '', method = 'POST'): void {
  const { type, parameters } = parse(contentType);
  const reason =
    type === JSON_API_MEDIA_TYPE
      ? unsupportedParameter(parameters)
      : `The request body must have the Content-Type ${JSON_API_MEDIA_TYPE}.`;
  if (reason) throw new JsonApiError('unsupportedMediaType', reason, { header: 'Content-Type' }, ACCEPTED[method]);
}

/**
 * Bodies are read as they come.
 * @throws JsonApiError 415 when the content is compressed or the like, 400 when the message is, beside coming in chunks
 */
export function checkCodings(headers: IncomingHttpHeaders): void {
  if (!isNothingBut('identity', headers['content-encoding'])) {
    throw new JsonApiError(
      'unsupportedMediaType',
      'The request body must not be encoded, as its Content-Encoding says that it is.',
      { header: 'Content-Encoding' },
      { 'Accept-Encoding': 'identity' },
    );
  }
  if (!isNothingBut('chunked', headers['transfer-encoding'])) {
    throw badRequest('The only transfer coding that is understood is chunked.', { header: 'Transfer-Encoding' });
  }
}

const isNothingBut = (coding: string, header = ''): boolean =>
  header.split(',').every((entry) => ['', coding].includes(entry.trim().toLowerCase()));

function* mediaTypesIn(accept: string): Generator<ContentType> {
  for (let start = 0; start < accept.length;) {
    const entry = parse(accept, { comma: true, start });
    yield entry;
    start = entry.index + 1;
  }
}

function unsupportedParameter(parameters: Record<string, string>, weight?: string): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    if (name === 'ext' && value.trim()) return `The extension '${value}' is not supported.`;
    if (name !== 'ext' && name !== 'profile' && name !== weight) return `The parameter '${name}' is not allowed.`;
  }
  return undefined;
}
