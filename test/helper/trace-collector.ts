import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SpanData {
  name: string;
  /** 2: of a request that came in, 3: of one that went out, a statement for one. */
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Record<string, unknown>;
}

/** Takes traces as OpenTelemetry's exporters send them, over OTLP/HTTP with JSON. */
export interface TraceCollector {
  /** For the service's environment. */
  env: Record<string, string>;
  spans: SpanData[];
  /** What it was sent, as it came. */
  text(): string;
  close(): void;
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

interface Export {
  resourceSpans: { scopeSpans: { spans: (Omit<SpanData, 'attributes'> & { attributes: Attribute[] })[] }[] }[];
}

export async function traceCollector(): Promise<TraceCollector> {
  const spans: SpanData[] = [];
  let text = '';
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      text += body;
      for (const { scopeSpans } of (JSON.parse(body) as Export).resourceSpans)
        for (const scope of scopeSpans)
          for (const span of scope.spans) spans.push({ ...span, attributes: valuesOf(span.attributes) });
      response.setHeader('Content-Type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    spans,
    text: () => text,
    close: () => server.close(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const valuesOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
