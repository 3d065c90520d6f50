import { register } from 'node:module';
import { type Span, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { FastifyInstance } from 'fastify';
import { isManagementPath } from './health/paths.js';

/** Traces of requests and the statements that they run, under way. */
export interface Tracing {
  /** Gives the spans of requests the names of their routes. */
  nameSpans(fastify: FastifyInstance): void;
  /** Sends what has not been sent yet. */
  end(): Promise<void>;
}

/** Starts OpenTelemetry by its own environment variables. To be called before the instrumented packages are imported. */
export function startTracing(): Tracing {
  // For packages that are imported as ES modules; the others are caught by `require`.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  process.env.OTEL_SERVICE_NAME ??= 'call-purposes';
  // An address for all of OpenTelemetry is not meant for these: there are /metrics and standard output.
  process.env.OTEL_METRICS_EXPORTER ??= 'none';
  process.env.OTEL_LOGS_EXPORTER ??= 'none';
  const sdk = new NodeSDK({
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url = '' }) => isManagementPath(url) }),
      // Only statements of requests: the heartbeat and the like would be traces of their own.
      new PgInstrumentation({ requireParentSpan: true }),
    ],
  });
  sdk.start();
  return { nameSpans, end: () => sdk.shutdown() };
}

function nameSpans(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ method, routeOptions: { url } }, _reply, done) => {
    const span: Span | undefined = trace.getActiveSpan();
    if (url) span?.updateName(`${method} ${url}`).setAttribute('http.route', url);
    done();
  });
}
