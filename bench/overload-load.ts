import { type Dispatcher, Pool } from 'undici';
import type { LoadRequest } from './load.js';

/** What is asked for too often. */
export interface OverloadWork {
  name: string;
  request(n: number, user: Record<string, string>): LoadRequest;
}

const API = '/api/v2';

const get = (path: string, headers: Record<string, string>): LoadRequest => ({
  method: 'GET',
  path: API + path,
  headers,
  status: 200,
});

function createCall(n: number, user: Record<string, string>): LoadRequest {
  const resource = { type: 'call', attributes: { direction: 'outbound', note: `Overload ${n}` } };
  return {
    method: 'POST',
    path: `${API}/calls`,
    headers: { ...user, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: resource }),
    status: 201,
  };
}

const listCalls = (user: Record<string, string>) => get('/calls?sort=-createdAt', user);

export const OVERLOAD_WORKS: OverloadWork[] = [
  { name: 'Pages of 50 calls', request: (_n, user) => listCalls(user) },
  { name: 'Logging calls', request: createCall },
  {
    name: 'Logging calls with an Idempotency-Key',
    request: (n, user) => {
      const request = createCall(n, user);
      return { ...request, headers: { ...request.headers, 'idempotency-key': `"${process.pid}-${n}"` } };
    },
  },
  {
    name: 'Mixed: purposes from memory, pages of calls, calls logged',
    request: (n, user) =>
      n % 10 < 5 ? get('/callPurposes', user) : n % 10 < 8 ? listCalls(user) : createCall(n, user),
  },
];

/** What became of the requests. Milliseconds from when each should have been sent, sorted. */
export interface Overload {
  sent: number;
  accepted: number[];
  /** Those answered with 503 and Retry-After. */
  refused: number[];
  /** What was wrong with the rest. */
  failed: string[];
  /** How long they waited in the generator for a connection, of those latencies. */
  unsent: number[];
  /** The share of its core that the generator used. */
  generatorShare: number;
}

const TICK_MS = 2;

/** Sends requests at that rate, per second, whatever becomes of those before, and waits for the last answer. */
export async function stream(
  origin: string,
  next: () => LoadRequest,
  { rate, seconds, connections }: { rate: number; seconds: number; connections: number },
): Promise<Overload> {
  const result: Overload = { sent: 0, accepted: [], refused: [], failed: [], unsent: [], generatorShare: 0 };
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const usedBefore = process.cpuUsage();
  const startedAt = performance.now();
  const answers: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min(performance.now() - startedAt, seconds * 1_000);
      for (; result.sent < (elapsed / 1_000) * rate; result.sent++)
        answers.push(send(pool, next(), startedAt + (result.sent / rate) * 1_000, result));
      if (elapsed < seconds * 1_000) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  const { user, system } = process.cpuUsage(usedBefore);
  result.generatorShare = (user + system) / 1_000 / (performance.now() - startedAt);
  await Promise.all(answers);
  await pool.destroy();
  for (const latencies of [result.accepted, result.refused, result.unsent]) latencies.sort((a, b) => a - b);
  return result;
}

function send(pool: Pool, request: LoadRequest, dueAt: number, result: Overload): Promise<void> {
  const { method, path, headers, body } = request;
  return new Promise((resolve) => {
    let status = 0;
    let retryAfter: unknown;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => void result.unsent.push(performance.now() - dueAt),
      onResponseStart: (_controller, statusCode, answerHeaders) => {
        status = statusCode;
        retryAfter = answerHeaders['retry-after'];
      },
      onResponseData: () => undefined,
      onResponseEnd: () => {
        const latency = performance.now() - dueAt;
        if (status === request.status) result.accepted.push(latency);
        else if (status === 503 && retryAfter !== undefined) result.refused.push(latency);
        else result.failed.push(`${method} ${path}: ${status}`);
        resolve();
      },
      onResponseError: (_controller, error) => {
        result.failed.push(`${method} ${path}: ${String(error)}`);
        resolve();
      },
    };
    pool.dispatch({ method, path, headers, body: body ?? null }, handler);
  });
}
