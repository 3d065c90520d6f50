import { Client, type Dispatcher } from 'undici';

/** One request of a load, and the status that its answer must have. */
export interface LoadRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
  status: number;
}

/** What a load came to. */
export interface Load {
  requests: number;
  seconds: number;
  /** Milliseconds, one for each request, sorted. */
  latencies: number[];
  /** The share of its core that the generator used: near 1, it and not the server sets the pace. */
  generatorShare: number;
}

export interface LoadOptions {
  connections: number;
  seconds: number;
  /** No answer with a body may have less. */
  leastBytes: number;
}

/**
 * Sends requests for some seconds, on every connection one after the other.
 * @throws Error at the first answer with another status than expected, or with too little in it
 */
export async function load(origin: string, next: () => LoadRequest, options: LoadOptions): Promise<Load> {
  const latencies: number[] = [];
  const clients = Array.from({ length: options.connections }, () => new Client(origin, { pipelining: 1 }));
  const usedBefore = process.cpuUsage();
  const startedAt = performance.now();
  const deadline = startedAt + options.seconds * 1000;
  try {
    await Promise.all(clients.map((client) => keepBusy(client, next, deadline, options.leastBytes, latencies)));
    const milliseconds = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(usedBefore);
    return {
      requests: latencies.length,
      seconds: milliseconds / 1000,
      latencies: latencies.sort((a, b) => a - b),
      generatorShare: (user + system) / 1000 / milliseconds,
    };
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

function keepBusy(
  client: Client,
  next: () => LoadRequest,
  deadline: number,
  leastBytes: number,
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = (): void => {
      const request = next();
      const sentAt = performance.now();
      let status = 0;
      let bytes = 0;
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => void (status = statusCode),
        onResponseData: (_controller, chunk) => void (bytes += chunk.length),
        onResponseEnd: () => {
          const now = performance.now();
          latencies.push(now - sentAt);
          const isEmpty = status === 204 || status === 304;
          if (status !== request.status || (!isEmpty && bytes < leastBytes)) {
            const expected = `expected ${request.status} with at least ${leastBytes} bytes`;
            reject(new Error(`${request.method} ${request.path}: ${status} with ${bytes} bytes, ${expected}.`));
          } else if (now < deadline) send();
          else resolve();
        },
        onResponseError: (_controller, error) => reject(error),
      };
      const { method, path, headers, body } = request;
      client.dispatch({ method, path, headers, body: body ?? null }, handler);
    };
    send();
  });
}
