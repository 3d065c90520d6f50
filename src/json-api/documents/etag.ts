import { hash } from 'node:crypto';
import { JsonApiError } from '../errors/json-api-error.js';
import type { ResourceRow } from '../resource.js';

/**
 * The strong ETag of a document: a digest of its bytes, since the same state looks different with other query parameters or
 * to another user. Of one resource with a version, which state it shows stands before that.
 */
export function etagOf(document: Buffer, row?: ResourceRow): string {
  const digest = hash('sha1', document, 'base64url').slice(0, 16);
  return row?.version === undefined ? `"${digest}"` : `"${stateOf(row)}-${digest}"`;
}

/** The headers of a request that it depends on (RFC 9110, section 13). */
interface ConditionalHeaders {
  'if-match'?: string;
  'if-none-match'?: string;
}

/**
 * Whether a read has what there is already.
 * @param etag of the response
 * @throws JsonApiError 412 when `If-Match` does not name it
 */
export function isUnchanged(headers: ConditionalHeaders, etag: unknown): boolean {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (typeof etag !== 'string') return false;
  if (ifMatch !== undefined && !isAny(ifMatch) && !tagsIn(ifMatch).includes(etag)) throw isNoMatch(ifMatch);
  return ifNoneMatch !== undefined && (isAny(ifNoneMatch) || tagsIn(ifNoneMatch).some((tag) => strong(tag) === etag));
}

/** What a request that changes a resource says of the state that it may change; any document that shows the state names it. */
export class Preconditions {
  constructor(private readonly headers: ConditionalHeaders) {}

  /** @throws JsonApiError 412 when the resource is in no state that `If-Match` names, or in one that `If-None-Match` does */
  check(row: ResourceRow): void {
    const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = this.headers;
    const isOfState = (tag: string) => tag.startsWith(`"${stateOf(row)}-`);
    if (ifMatch !== undefined && !isAny(ifMatch) && !tagsIn(ifMatch).some(isOfState)) throw isNoMatch(ifMatch);
    if (ifNoneMatch !== undefined && (isAny(ifNoneMatch) || tagsIn(ifNoneMatch).map(strong).some(isOfState))) {
      throw failed('The resource is in the state that If-None-Match excludes.', 'If-None-Match');
    }
  }
}

const isNoMatch = (ifMatch: string): JsonApiError =>
  failed(
    tagsIn(ifMatch).some((tag) => tag !== strong(tag))
      ? 'If-Match names a weak tag (W/…), which matches nothing; a proxy that compresses responses may have weakened it.'
      : 'The resource is in no state that If-Match names.',
    'If-Match',
  );

const failed = (detail: string, header: string): JsonApiError =>
  new JsonApiError('preconditionFailed', detail, { header });

const isAny = (header: string): boolean => header.trim() === '*';

/** Where weak tags count as well. */
const strong = (tag: string): string => tag.replace(/^W\//, '');

const stateOf = ({ id, version }: ResourceRow): string => `${id}.${version}`;

/** Our tags hold no commas, so that a comma always separates. */
const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim());
