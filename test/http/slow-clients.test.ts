import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Connection } from '../helper/connection.js';
import { newCall } from '../helper/documents.js';
import { countStatements } from '../helper/statements.js';

describe('Slow clients', () => {
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
      const { headersTimeout } = server();
      server().headersTimeout = 500;
      const slow = new Connection(origin);
      slow.send('GET /api/v2/callPurposes HTTP/1.1\r\nHost: localhost\r\n');
      const text = await slow.hear(/\}$/, 20_000);

      expect(text).toMatch(/^HTTP\/1\.1 408 /);
      expect(text).toContain('"code":"requestTimeout"');
      expect(text.toLowerCase()).toContain('x-content-type-options: nosniff');
      await slow.closed;
      server().headersTimeout = headersTimeout;
    });

    it('For anything else has no more time than a server should give', () => {
      expect(server().requestTimeout).toBe(30_000);
      expect(server().headersTimeout).toBe(10_000);
      expect(server().timeout).toBe(60_000);
      expect(server().keepAliveTimeout).toBe(72_000);
    });
  });

  describe('Clients that send their documents slowly', () => {
    it('Take nothing from the others: no connection to the database, and no time', async () => {
      const ada = service.as('ada');
      await ada.get('/calls');
      const head = [
        'POST /api/v2/calls HTTP/1.1',
        'Host: localhost',
        `Authorization: Bearer ${ada.token}`,
        'Content-Type: application/vnd.api+json',
        'Idempotency-Key: "slow"',
        'Content-Length: 1000',
      ];
      const slow = Array.from({ length: 300 }, () => new Connection(origin));
      const open = promisify(server().getConnections.bind(server()));
      let answers: number[] = [];
      const statements = await countStatements(service, async () => {
        for (const connection of slow) connection.send(`${head.join('\r\n')}\r\n\r\n{"data"`);
        while ((await open()) < slow.length) await sleep(10);
        const posts = Array.from({ length: 20 }, () => ada.post('/calls', newCall()));
        answers = (await Promise.all(posts)).map(({ status }) => status);
        for (const connection of slow) connection.send(': {');
      });

      expect(answers).toEqual(answers.map(() => 201));
      expect(statements).toBe(answers.length);
      expect(slow.map(({ text }) => text).join('')).toBe('');
      for (const connection of slow) connection.close();
      while ((await open()) > 0) await sleep(10);
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
});
