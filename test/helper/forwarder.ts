import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP proxy before a server, which can lose answers: the request has been carried out then. */
export interface Forwarder {
  origin: string;
  /** Is asked about each answer, before it is passed on, whether the client gets it. */
  passes: (method: string, status: number) => boolean;
  close(): Promise<void>;
}

export async function forwarder(target: string): Promise<Forwarder> {
  const server = createServer((request, response) => {
    void forward(target, request).then(({ status, headers, body }) => {
      if (!it.passes(request.method ?? '', status)) return void request.socket.destroy();
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const it: Forwarder = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passes: () => true,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return it;
}

async function forward(target: string, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '', 'content-type': contentType = '' } = request.headers;
  const response = await fetch(`${target}${request.url}`, {
    method: request.method,
    headers: { authorization, 'content-type': contentType },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const headers = { 'content-type': response.headers.get('content-type') ?? '' };
  return { status: response.status, headers, body: await response.text() };
}
