import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { TestRedis, noRedis } from '../helper/redis.js';
import { describeUnless } from '../helper/this-run.js';

describe('Shared rate limit', () => {
  const describeWithRedis = describeUnless('Rate limits shared through Redis', noRedis);

  let redis: TestRedis;
  let service: Service;
  let other: Service;
  let users = 0;
  let subject: string;
  let logged: string[];

  /** Makes a request. @returns its status and what remains, and the milliseconds that it took */
  async function request(from: Service = service): Promise<[status: number, remaining: number, took: number]> {
    const before = performance.now();
    const { status, headers } = await from.as(subject).get('/callPurposes');
    return [status, Number(headers['x-ratelimit-remaining']), performance.now() - before];
  }

  const requests = async (count: number) => {
    const made = [];
    for (let index = 0; index < count; index++) made.push(await request());
    return made;
  };

  const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  /** Makes requests until they count together with those of before again. */
  async function untilShared(): Promise<void> {
    const before = logged.filter((line) => line.startsWith('Redis answers again')).length;
    while (logged.filter((line) => line.startsWith('Redis answers again')).length === before) {
      expect((await request())[0]).not.toBe(500);
      await wait(50);
    }
  }

  describeWithRedis('Services with the same Redis', () => {
    beforeAll(async () => {
      for (const method of ['log', 'warn'] as const) {
        jest.spyOn(console, method).mockImplementation((message, context) => {
          if (context === 'RateLimit') logged.push(String(message));
        });
      }
      redis = await TestRedis.start();
      const env = { RATE_LIMIT: '100', REDIS_URL: redis.url, LOG_LEVEL: 'info' };
      service = await build(env);
    });
    afterAll(async () => {
      await service.close();
      await redis.stop();
    });
    beforeEach(() => {
      subject = `user ${users++}`;
      logged = [];
    });
    afterEach(() => redis.thaw());

    describe('Of which there are two', () => {
      beforeAll(async () => {
        other = await build({ RATE_LIMIT: '100', REDIS_URL: redis.url, LOG_LEVEL: 'info' });
      });
      // The tests below listen to what one service says.
      afterAll(() => other.close());

      it('Count the requests of a user together', async () => {
        const remaining = [];
        for (const from of [service, other, other, service]) remaining.push((await request(from))[1]);

        expect(remaining).toEqual([99, 98, 97, 96]);
      });

      it('Count requests that come at once one by one', async () => {
        const made: Awaited<ReturnType<typeof request>>[] = [];
        // No more than may wait in any case, however slow the machine is.
        for (let wave = 0; wave < 3; wave++)
          made.push(
            ...(await Promise.all(Array.from({ length: 35 }, (_, index) => request(index % 2 ? service : other)))),
          );

        expect(logged).toEqual([]);
        expect(made.filter(([status]) => status === 200)).toHaveLength(100);
        expect(made.filter(([status]) => status === 429)).toHaveLength(5);
        expect(new Set(made.map(([, remaining]) => remaining)).size).toBe(100);
      });
    });

    it('Go on alone while it is gone, say so once, and count together again when it is back', async () => {
      await request();
      await redis.stop();
      const alone = await requests(20);

      expect(alone.map(([status]) => status)).toEqual(Array(20).fill(200));
      expect(alone.map(([, remaining]) => remaining)).toEqual(Array.from({ length: 20 }, (_, index) => 99 - index));
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatch(
        /^Redis does not answer \(.+\): until it does, each process counts requests for itself\.$/,
      );

      await redis.start();
      await untilShared();
      expect(logged).toHaveLength(2);
      const [, remaining] = await request();
      expect((await request(service))[1]).toBe(remaining - 1);
    });

    it('Do not wait for it when it hangs', async () => {
      await request();
      redis.freeze();
      const [first, ...rest] = await requests(50);

      expect(first?.[2]).toBeLessThan(1_000);
      expect(rest.reduce((sum, [, , took]) => sum + took, 0)).toBeLessThan(1_500);
      expect([first, ...rest].map((made) => made?.[0])).toEqual(Array(50).fill(200));
      expect(logged).toHaveLength(1);

      redis.thaw();
      await untilShared();
      expect(logged).toHaveLength(2);
    });

    it('Go on together when this process has stood still, with the response of Redis unread', async () => {
      redis.freeze();
      const made = request();
      await wait(100);
      redis.thaw();
      // Behind the look at the sockets, so that timers come before the next one.
      await new Promise(setImmediate);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);

      expect((await made).slice(0, 2)).toEqual([200, 99]);
      expect((await request())[1]).toBe(98);
      expect(logged).toEqual([]);
    });

    it.each([
      ['as its memory is full', 'config set maxmemory 1', 'config set maxmemory 0'],
      ['as it has become a replica', 'replicaof 127.0.0.1 1', 'replicaof no one'],
    ])('Go on alone while it refuses to count %s, and say so once', async (_why, refuse, allow) => {
      await request();
      redis.command(refuse);
      const alone = await requests(20);
      const warnings = logged.length;
      redis.command(allow);
      await untilShared();

      expect(alone.map(([status]) => status)).toEqual(Array(20).fill(200));
      expect(alone.map(([, remaining]) => remaining)).toEqual(Array.from({ length: 20 }, (_, index) => 99 - index));
      expect(warnings).toBe(1);
      expect(logged).toHaveLength(2);
    });

    it('Start without it, and find it when it comes', async () => {
      const late = await TestRedis.start();
      await late.stop();
      const early = await build({ RATE_LIMIT: '100', REDIS_URL: late.url, LOG_LEVEL: 'info' });
      expect(logged).toHaveLength(1);
      expect((await request(early)).slice(0, 2)).toEqual([200, 99]);

      await late.start();
      while (logged.length === 1) await request(early).then(() => wait(50));
      expect(logged[1]).toBe('Redis answers again: requests are counted together.');
      await early.close();
      await late.stop();
    });
  });
});
