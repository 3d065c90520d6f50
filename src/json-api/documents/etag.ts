import { createHash } from 'node:crypto';
import { JsonApiError } from '../errors/json-api-error.js';
import type { ResourceRow } from '../resource.js';

/**
 * The strong ETag of a document about one resource: which state of the resource it shows, then a digest of the bytes, since
 * the same state looks different with other query parameters or to another user.
 */
export function etagOf(row: ResourceRow, document: string): string {
  return `"${stateOf(row)}-${createHash('sha1').update(document).digest('base64url').slice(0, 16)}"`;
}

/** Whether an `If-None-Match` header (a list of tags, or `*`) names the ETag; weak tags count, as RFC 9110 has it. */
export function isNoneMatch(header: string, etag: unknown): boolean {
  if (etag === undefined) return false;
  return header === etag || header.trim() === '*' || tagsIn(header).some((tag) => tag.replace(/^W\//, '') === etag);
}

/** An `If-Match` header of a request that changes a resource. */
export class IfMatch {
  constructor(private readonly header: string | undefined) {}

  /** @throws JsonApiError 412 when the header is there and the resource is no longer in a state that it names */
  check(row: ResourceRow): void {
    if (this.header === undefined || this.header.trim() === '*') return;
    const state = stateOf(row);
    if (tagsIn(this.header).some((tag) => tag.startsWith(`"${state}-`))) return;
    throw new JsonApiError('preconditionFailed', 'The resource has changed since the state that If-Match names.', {
      header: 'If-Match',
    });
  }
}

const stateOf = ({ id, version }: ResourceRow): string => `${id}.${version}`;

/** Our tags hold no commas, so that a comma always separates. */
const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim());
