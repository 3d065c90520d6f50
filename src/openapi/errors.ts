import { ERROR_KINDS, type ErrorCode } from '../json-api/errors/json-api-error.js';
import type { Installation } from './api.js';
import type { Operation } from './operation.js';

/** What any request can meet. */
const ANYWHERE: ErrorCode[] = [
  'badRequest',
  'notAcceptable',
  'requestTimeout',
  'internalServerError',
  'serviceUnavailable',
];

const OF_DOCUMENTS: ErrorCode[] = ['conflict', 'payloadTooLarge', 'unsupportedMediaType', 'validationError'];

/** The codes that the operation can fail with, by status: they follow from what it takes and what it asks for. */
export function errorsOf(operation: Operation, { isRateLimited }: Installation): Map<number, ErrorCode[]> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
    if (!codesOf(operation, isRateLimited).has(code)) continue;
    const [status] = ERROR_KINDS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function codesOf(operation: Operation, isRateLimited: boolean): Set<ErrorCode> {
  const { access, content, dto, hasId, heedsPrecondition, isGuarded, method } = operation;
  const codes = new Set<ErrorCode>(ANYWHERE);
  const add = (condition: boolean, ...more: ErrorCode[]) => condition && more.forEach((code) => codes.add(code));
  add(access.kind !== 'public', 'unauthorized');
  add(access.kind !== 'public' && isRateLimited, 'rateLimitExceeded');
  add(access.kind === 'scoped', 'unauthorizedOauthScope');
  // Queries are checked where there is a document to ask something of.
  add(content.kind !== 'nothing' && content.kind !== 'file', 'invalidQueryParameter');
  add(content.kind === 'collection' || content.kind === 'one', 'validationError');
  add(hasId, 'resourceNotFound');
  add(hasId && isGuarded && method !== 'GET', 'unauthorizedRequest');
  add(heedsPrecondition, 'preconditionFailed');
  add(method === 'DELETE', 'payloadTooLarge');
  if (dto) add(true, ...OF_DOCUMENTS);
  // An id that the client made.
  add(dto !== undefined && !hasId, 'unauthorizedRequest');
  return codes;
}
