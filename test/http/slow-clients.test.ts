import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Connection } from '../helper/connection.js';

let service: Service;
let origin: string;

beforeAll(async () => {
  service = await build();
  origin = await service.listen();
});
afterAll(() => service.close());

const server = (): Server => service.app.getHttpServer();

describe('A client that takes too long', () => {
  it('For the headers is answered 408 and left', async () => {
    const slow = new Connection(origin);
    slow.send('GET /api/v2/callPurposes HTTP/1.1\r\nHost: localhost\r\n');
    const text = await slow.hear(/\}$/, 20_000);

    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"requestTimeout"');
    expect(text.toLowerCase()).toContain('x-content-type-options: nosniff');
    await slow.closed;
  });

  it('For anything else has no more time than a server should give', () => {
    expect(server().requestTimeout).toBe(30_000);
    expect(server().headersTimeout).toBe(10_000);
    expect(server().timeout).toBe(60_000);
    expect(server().keepAliveTimeout).toBe(72_000);
  });
});

describe('Clients that are too many', () => {
  it('Are turned away at once, while the others are served', async () => {
    const { maxConnections } = server();
    expect(maxConnections).toBeGreaterThan(1_000);
    server().maxConnections = 1;
    const first = new Connection(origin);
    first.send('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await first.hear(/\}$/);
    const second = new Connection(origin);
    await second.closed;
    first.send('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');

    expect(await first.hear(/\}$/)).toMatch(/^HTTP\/1\.1 200 /);
    server().maxConnections = maxConnections;
    first.close();
  });
});
