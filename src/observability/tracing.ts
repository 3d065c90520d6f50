import { setTimeout as sleep } from 'node:timers/promises';
import { type Span, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { FastifyInstance } from 'fastify';
import { isManagementPath } from './paths.js';

const TIME_TO_END_MS = 1_500;

/** Traces of requests and the statements that they run, under way. */
export interface Tracing {
  /** Gives the spans of requests the names of their routes. */
  nameSpans(fastify: FastifyInstance): void;
  /** Sends what has not been sent yet. */
  end(): Promise<void>;
}

/**
 * Starts OpenTelemetry by its own environment variables. To be called before what it instruments is imported: `http` and `pg`
 * are CommonJS inside, so that its hook into `require` finds them without a module loader.
 */
export function startTracing(): Tracing {
  process.env.OTEL_SERVICE_NAME ??= 'call-purposes';
  // An address for all of OpenTelemetry is not meant for these: there are /metrics and standard output.
  process.env.OTEL_METRICS_EXPORTER ??= 'none';
  process.env.OTEL_LOGS_EXPORTER ??= 'none';
  const sdk = new NodeSDK({
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => isManagementPath(url),
        // What is searched for is the client's business.
        startIncomingSpanHook: () => ({ 'url.query': undefined }),
      }),
      // Only statements of requests: the heartbeat and the like would be traces of their own.
      new PgInstrumentation({ requireParentSpan: true }),
    ],
  });
  sdk.start();
  // The exporter would try for longer than a process may take to end.
  const end = () =>
    Promise.race([sdk.shutdown(), sleep(TIME_TO_END_MS, undefined, { ref: false })]).catch(() => undefined);
  return { nameSpans, end };
}

function nameSpans(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ method, routeOptions: { url } }, _reply, done) => {
    const span: Span | undefined = trace.getActiveSpan();
    if (url) span?.updateName(`${method} ${url}`).setAttribute('http.route', url);
    done();
  });
}
