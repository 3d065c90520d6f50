import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { type AddressInfo, type Server, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RequestTurns } from '../../src/overload/request-turns.js';

describe('Turns', () => {
  let server: Server;
  let turns: RequestTurns;
  let begun: number[];
  let refused: number[];
  /** Made-up time, which no other load on the machine changes. Milliseconds. */
  let now: number;

  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    server = createServer();
    turns = new RequestTurns(server);
    begun = [];
    refused = [];
  });
  afterEach(() => {
    jest.restoreAllMocks();
    server.close();
  });

  /** So many requests in one turn of the event loop, of which each takes that time. */
  function take(count: number, milliseconds: number): void {
    for (let n = 0; n < count; n++)
      turns.take((error) => {
        now += milliseconds;
        (error ? refused : begun).push(n);
      });
  }

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('As many as take little time are begun as they come', () => {
    take(20, 0);

    expect(begun).toHaveLength(20);
  });

  it('The others are begun in order, a few in each turn', async () => {
    take(1, 11);
    take(3, 2);
    take(40, 0);
    const afterTurns: number[] = [];
    for (; begun.length < 44; await turn()) afterTurns.push(begun.length);

    expect(begun.slice(1)).toEqual([0, 1, 2, ...Array.from({ length: 40 }, (_, n) => n)]);
    expect(afterTurns).toEqual([1, 2, 3, 4, 20, 36]);
  });

  it('New connections are accepted before those who wait are begun', async () => {
    server.listen(0);
    await once(server, 'listening');
    let accepted = 0;
    server.on('connection', () => accepted++);
    const clients = Array.from({ length: 50 }, () => connect((server.address() as AddressInfo).port));
    await Promise.all(clients.map((client) => once(client, 'connect')));
    take(1, 11);
    take(200, 0);
    while (accepted < clients.length) await turn();

    expect(begun.length).toBeLessThan(clients.length);
    while (begun.length < 201) await turn();
    clients.forEach((client) => client.destroy());
  });

  it('Many that come at once are begun', async () => {
    take(400, 1);
    while (begun.length + refused.length < 400) await turn();

    expect(refused).toEqual([]);
  });

  it('When more come all the time than there is time for, nobody waits for long', async () => {
    let longest = 0;
    for (let sent = 0; now < 6_000; await turn()) {
      for (; sent < (now - 1_000) * 3; sent++) {
        const since = now;
        turns.take((error) => {
          now += error ? 0.1 : 1;
          (error ? refused : begun).push(sent);
          if (!error && since > 2_000) longest = Math.max(longest, now - since);
        });
      }
      now += 0.01;
    }

    expect(longest).toBeLessThan(110);
    expect(begun.length).toBeGreaterThan(3_500);
  });

  it('Each begins where it came from', async () => {
    const traces = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    take(1, 11);
    for (const trace of ['a', 'b']) traces.run(trace, () => turns.take(() => void seen.push(traces.getStore())));
    while (seen.length < 2) await turn();

    expect(seen).toEqual(['a', 'b']);
  });
});
