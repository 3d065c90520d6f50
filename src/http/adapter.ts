import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { Settings } from '../config/settings.js';
import { LONGEST_URL } from '../json-api/nest/http-rules.js';
import { DrainingAdapter } from './draining-adapter.js';
import { canonicalTarget } from './request-target.js';
import { SERVER_LIMITS } from './server-limits.js';
import { answerUnreadable, answerUnroutable } from './unreadable-requests.js';

/** Of a request id that a caller sent, one that can stand in a header and a log line. */
const SANE_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP server under Nest. */
export function createAdapter({ operations: { corsOrigins } }: Settings): FastifyAdapter {
  const options: FastifyHttpOptions<Server> & { skipMiddie: true } = {
    ...SERVER_LIMITS,
    // Without room for the longest id there can be, the router would answer instead of the resource.
    routerOptions: { maxParamLength: LONGEST_URL, querystringParser: () => ({}) },
    rewriteUrl: ({ url = '' }) => canonicalTarget(url),
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: answerUnreadable(corsOrigins),
    frameworkErrors: answerUnroutable(corsOrigins),
    skipMiddie: true,
  };
  return new DrainingAdapter(options);
}

const saneRequestId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && SANE_REQUEST_ID.test(id) ? id : undefined;
