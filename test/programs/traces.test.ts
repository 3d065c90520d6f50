import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnServer, freePort, noOwnServer, ownServer } from '../helper/own-postgres.js';
import { cleanUp, startInProduction } from '../helper/process.js';
import { describeUnless } from '../helper/this-run.js';
import { type SpanData, type TraceCollector, traceCollector } from '../helper/trace-collector.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describeUnless('Traces', noOwnServer)('Traces', () => {
  let collector: TraceCollector;
  let server: OwnServer;
  let database: { DATABASE_URL: string };

  beforeAll(async () => {
    collector = await traceCollector();
    server = await ownServer();
    database = { DATABASE_URL: server.url };
  });
  afterAll(async () => {
    collector.close();
    await cleanUp();
    server?.remove();
  });

  describe('With an address for traces in the environment', () => {
    let requests: SpanData[];
    let statements: SpanData[];

    beforeAll(async () => {
      const service = await startInProduction({ ...collector.env, ...database });
      await fetch(`${service.api}/calls/7?fields%5Bcall%5D=hidden`, {
        headers: { Authorization: `Bearer ${service.token}`, traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` },
      });
      await fetch(`${service.api}/calls?filter%5Bfrom%5D=hidden`, {
        headers: { Authorization: `Bearer ${service.token}` },
      });
      await fetch(new URL('/health/ready', service.api));
      expect(await service.end('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
      requests = collector.spans.filter(({ kind }) => kind === 2);
      statements = collector.spans.filter(({ attributes }) => attributes['db.query.text']);
    });

    it('Each request is a span with the name of its route, in the trace of its caller', () => {
      expect(requests.map(({ name }) => name)).toEqual(['GET /api/v2/calls/:id', 'GET /api/v2/calls']);
      expect(requests[0]).toMatchObject({ traceId: TRACE_ID, attributes: { 'http.route': '/api/v2/calls/:id' } });
      expect(requests[1]?.traceId).not.toBe(TRACE_ID);
    });

    it('Each statement of a request is a span within it', () => {
      expect(statements.length).toBeGreaterThan(1);
      const ids = collector.spans.map(({ spanId }) => spanId);
      for (const { parentSpanId } of statements) expect(ids).toContain(parentSpanId);
      expect(statements.map(({ traceId }) => traceId)).toContain(requests[1]?.traceId);
    });

    it('None has what a client wrote', () => {
      expect(collector.text()).not.toContain('hidden');
      expect(collector.text()).not.toContain('Bearer');
    });
  });

  describe('When nobody takes the traces', () => {
    it('The service answers and ends as ever', async () => {
      const service = await startInProduction({
        ...database,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      });
      const { status } = await service.request('GET', '/callPurposes');
      const from = performance.now();

      expect(status).toBe(200);
      expect(await service.end('SIGTERM')).toMatchObject({ code: 0 });
      expect(performance.now() - from).toBeLessThan(10_000);
    });
  });

  describe('Without', () => {
    it('Nothing of OpenTelemetry is loaded but the interface that the metrics know', async () => {
      const service = await startInProduction({ ...database, NODE_DEBUG: 'esm,module' });
      const { stderr } = await service.end('SIGTERM');
      const loaded = [...stderr.matchAll(/node_modules\/(@opentelemetry\/[\w-]+|fastify)\//g)].map(([, name]) => name);

      expect(loaded).toContain('fastify');
      expect(loaded.filter((name) => name !== 'fastify' && name !== '@opentelemetry/api')).toEqual([]);
    });
  });
});
