import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions } from 'fastify';
import type { Settings } from '../config/settings.js';
import { answerUnreadableRequest, answerUnroutableRequest } from '../json-api/nest/http-rules.js';
import { DrainingAdapter } from './draining-adapter.js';
import { SERVER_LIMITS } from './server-limits.js';

/** Of a request id that a caller sent, one that can stand in a header and a log line. */
const SANE_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The HTTP server under Nest. */
export function createAdapter({ http }: Settings): FastifyAdapter {
  const options: FastifyHttpOptions<Server> & { skipMiddie: true } = {
    ...SERVER_LIMITS,
    trustProxy: http.trustProxy,
    // A longer id than this can't exist; without room for it the router would answer instead of the resource.
    routerOptions: { maxParamLength: 4_096, querystringParser: () => ({}) },
    genReqId: ({ headers }) => saneRequestId(headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: answerUnreadableRequest,
    frameworkErrors: answerUnroutableRequest,
    skipMiddie: true,
  };
  return new DrainingAdapter(options);
}

const saneRequestId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && SANE_REQUEST_ID.test(id) ? id : undefined;
