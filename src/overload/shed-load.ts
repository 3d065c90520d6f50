import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onSendHookHandler,
  preHandlerHookHandler,
  preParsingHookHandler,
} from 'fastify';
import type { Connections } from '../database/connections.js';
import type { Metrics, ShedReason } from '../observability/metrics.js';
import { isManagementRoute } from '../observability/paths.js';
import { sendErrors } from '../json-api/nest/error.filter.js';
import { resourceOf } from '../json-api/nest/json-api.decorators.js';
import { JsonApiError } from '../json-api/errors/json-api-error.js';
import { throttledWarning } from '../observability/throttled-warning.js';
import { isRead } from '../json-api/requests/is-read.js';
import type { Viewer } from '../json-api/resource.js';
import { FairShares } from './fair-shares.js';
import type { MemoryBudget } from './memory-budget.js';
import { RequestTurns } from './request-turns.js';

const REASONS: Record<ShedReason, string> = {
  event_loop: 'the event loop can not keep up.',
  database: 'too many statements wait for the database.',
  memory: 'clients that are slow hold too many bytes.',
  user: 'one user has too many at a time.',
};

/** Refuses a request because of the load. */
type Refuse = (reply: FastifyReply, reason: ShedReason) => void;

/** What the decisions go by, and how they are told. */
interface Load {
  database: Pick<Connections, 'isOverloaded'>;
  budget: MemoryBudget;
  refuse: Refuse;
  /** Whether the response to a request is in memory. */
  isRemembered(request: FastifyRequest): boolean;
}

/**
 * Refuses requests that would be answered late, before anything is done for them, so that those that are let in are answered
 * in time: all of them while the event loop has too many, and those that need the database while too many statements wait for
 * it, or while clients hold too many bytes.
 */
export function shedLoad(fastify: FastifyInstance, load: Load): void {
  const turns = new RequestTurns(fastify.server);
  const { refuse } = load;
  const needsDatabase = (request: FastifyRequest) =>
    resourceOf(request.routeOptions.config.controller) !== undefined && !load.isRemembered(request);
  // Behind all hooks that give responses their headers, and before the body is read.
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (isManagementRoute(request.routeOptions.url ?? '')) return done(null, payload);
    turns.take((isLate) => {
      if (isLate) return refuse(reply, 'event_loop');
      const reason = load.database.isOverloaded() ? 'database' : load.budget.isSpent() ? 'memory' : null;
      if (reason && needsDatabase(request)) return refuse(reply, reason);
      done(null, payload);
    });
  });
}

type Request = FastifyRequest & { user?: Viewer };

/** Counts large bodies of requests and responses. For behind the guards: what they refuse is not read. */
export function boundBodies(fastify: FastifyInstance, { budget, refuse }: Load): void {
  const holdBody: preParsingHookHandler = ({ headers, routeOptions, user }: Request, reply, payload, done) => {
    const isChunked = headers['transfer-encoding'] !== undefined;
    const bytes = isChunked ? routeOptions.bodyLimit : Number(headers['content-length'] ?? 0);
    // What is too large is not read at all.
    if (bytes > routeOptions.bodyLimit || !user?.userId) return done(null, payload);
    if (budget.isSpent(bytes) || budget.isSpentBy(user.userId, bytes)) return refuse(reply, 'memory');
    budget.hold(bytes, user.userId, reply.raw);
    done(null, payload);
  };
  const holdResponse: onSendHookHandler = ({ user }: Request, reply, payload, done) => {
    if (Buffer.isBuffer(payload) && user?.userId) budget.hold(payload.length, user.userId, reply.raw);
    done();
  };
  fastify.addHook('onRoute', (route) => {
    if (![route.method].flat().every(isRead)) route.preParsing = [route.preParsing ?? [], holdBody].flat();
    // What is remembered is held once, however many clients read it.
    const resource = resourceOf(route.config?.controller);
    if (resource && !resource.changesRarely) route.onSend = holdResponse;
  });
}

/** Has each user's requests of the database wait for one another. For behind the responses from memory. */
export function shareFairly(fastify: FastifyInstance, { budget, refuse }: Load): void {
  const shares = new FairShares();
  const share: preHandlerHookHandler = ({ user, method }: Request, reply, done) => {
    const userId = user?.userId;
    if (userId === undefined) return done();
    if (isRead(method) && budget.isSpentBy(userId)) return refuse(reply, 'memory');
    shares.take(userId, reply.raw, (isRefused) => (isRefused ? refuse(reply, 'user') : done()));
  };
  fastify.addHook('onRoute', (route) => {
    if (resourceOf(route.config?.controller)) route.preHandler = [route.preHandler ?? [], share].flat();
  });
}

/** Not as an error, which takes as long as a response from memory. */
export function refusing(metrics: Metrics): Refuse {
  const warn = throttledWarning('Overload');
  return (reply, reason) => {
    metrics.shed(reason);
    warn(`Requests are refused: ${REASONS[reason]}`);
    sendErrors(reply, [OVERLOADED]);
  };
}

const OVERLOADED = new JsonApiError(
  'serviceUnavailable',
  'There are more requests than can be answered in time. Try again soon.',
  undefined,
  { 'Retry-After': '1' },
);
