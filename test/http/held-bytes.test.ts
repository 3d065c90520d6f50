import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';

describe('Bytes that are held for slow clients', () => {
  let service: Service;
  let port: number;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    service = await build({ RATE_LIMIT: '0' });
    port = Number(new URL(await service.listen()).port);
    await service.sql(
      `insert into call (direction, note) select 'inbound', repeat('ä', 65535) from generate_series(1, 32)`,
    );
  });
  afterEach(() => void sockets.splice(0).forEach((socket) => socket.destroy()));
  afterAll(async () => {
    jest.restoreAllMocks();
    await service.close();
  });

  function open(head: string, user: number): Socket {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    const authorization = `Authorization: Bearer ${service.as(`slow ${user}`).token}`;
    socket.write(`${head}\r\nHost: localhost\r\n${authorization}\r\n`);
    return socket;
  }

  const read = async () => (await service.as('ada').get('/calls?page[size]=1')).status;

  /** Until the service has noticed that those clients have gone. */
  async function expectToBeFree(): Promise<void> {
    sockets.splice(0).forEach((socket) => socket.destroy());
    for (const deadline = performance.now() + 5_000; (await read()) !== 200; await sleep(20))
      expect(performance.now()).toBeLessThan(deadline);
  }

  it('Are bounded for responses: others are refused, but for what is in memory, until some are read or given up', async () => {
    expect(await read()).toBe(200);
    for (let n = 0; n < 24; n++)
      open('GET /api/v2/calls?page[size]=1000 HTTP/1.1', n % 12)
        .pause()
        .write('\r\n');
    for (const deadline = performance.now() + 20_000; (await read()) !== 503; await sleep(50))
      expect(performance.now()).toBeLessThan(deadline);
    expect((await service.app.inject({ url: '/health/ready' })).statusCode).toBe(200);
    await expectToBeFree();
  });

  /** Begins that many requests with a long body. @returns the responses to those that are refused */
  async function begin(bodies: number, userOf: (n: number) => number, refused: number): Promise<string[]> {
    const answers: string[] = [];
    for (let n = 0; n < bodies; n++) {
      const socket = open('POST /api/v2/calls HTTP/1.1', userOf(n));
      socket.on('data', (data) => void answers.push(data.toString()));
      socket.write('Content-Type: application/vnd.api+json\r\nContent-Length: 1000000\r\n\r\n{"data":');
    }
    for (const deadline = performance.now() + 10_000; answers.length < refused; await sleep(20))
      expect(performance.now()).toBeLessThan(deadline);
    await sleep(200);
    return answers;
  }

  function expectRefusals(answers: string[], count: number): void {
    expect(answers).toHaveLength(count);
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1.1 503 /);
      expect(answer).toMatch(/^retry-after: 1\r$/im);
      expect(answer).toMatch(/^connection: close\r$/im);
    }
  }

  it('Are bounded for bodies of one user, by what they are said to have, and others are not troubled', async () => {
    expect(await read()).toBe(200);
    expectRefusals(await begin(30, () => 0, 5), 5);
    expect(await read()).toBe(200);
    await expectToBeFree();
  });

  it('Are bounded for bodies of all users together', async () => {
    expectRefusals(await begin(120, (n) => n % 12, 20), 20);
    await expectToBeFree();
  });

  it('Do not count for small bodies', async () => {
    for (let n = 0; n < 200; n++) {
      open('POST /api/v2/calls HTTP/1.1', n % 12).write(
        'Content-Type: application/vnd.api+json\r\nContent-Length: 16000\r\n\r\n{"data":',
      );
    }
    await sleep(300);
    expect(await read()).toBe(200);
  });
});
