import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { stopClock } from '../helper/clock.js';
import { newPurpose } from '../helper/documents.js';

describe('Rate limit', () => {
  const TWENTY_PAST = Date.parse('2026-11-24T08:20:00.250Z');
  const NINE = Date.parse('2026-11-24T09:00:00Z') / 1000;

  /** What an answer says of the limit, as numbers. */
  const limits = ({ headers }: Answer) =>
    ['limit', 'remaining', 'reset'].map((name) => {
      const value = headers[`x-ratelimit-${name}`];
      return value === undefined ? undefined : Number(value);
    });

  let users = 0;
  let service: Service;
  let user: Client;

  /** A user who has made no request yet; tokens hold beyond the hours of these tests. */
  const newUser = (token = {}): Client => service.as(`user ${users++}`, { expiresIn: 43_200, ...token });

  describe('With a limit of 5 requests', () => {
    beforeAll(async () => {
      service = await build({ RATE_LIMIT: '5' });
    });
    afterAll(() => service.close());
    beforeEach(() => {
      stopClock(TWENTY_PAST);
      user = newUser();
    });
    afterEach(() => void jest.useRealTimers());

    it('Answers count down what remains', async () => {
      for (const remaining of [4, 3, 2, 1, 0]) {
        const answer = await user.get('/callPurposes');
        expect(answer.status).toBe(200);
        expect(limits(answer)).toEqual([5, remaining, NINE]);
        expect(answer.headers).not.toHaveProperty('retry-after');
      }
    });

    it('The sixth is refused until the next hour', async () => {
      for (let request = 1; request <= 5; request++) await user.get('/users');
      for (let request = 6; request <= 7; request++) {
        const refused = await user.get('/users');
        expect(refused.status).toBe(429);
        expect(refused.errors).toEqual([
          {
            id: 'rateLimitExceeded',
            status: '429',
            code: 'rateLimitExceeded',
            title: 'Rate Limit Exceeded',
            detail: 'More than 5 requests in this hour. Try again in the next.',
          },
        ]);
        expect(limits(refused)).toEqual([5, 0, NINE]);
        // 39 minutes and 59.75 seconds.
        expect(refused.headers['retry-after']).toBe('2400');
      }

      jest.setSystemTime(NINE * 1000 - 1);
      const stillRefused = await user.get('/users');
      expect([stillRefused.status, stillRefused.headers['retry-after']]).toEqual([429, '1']);

      jest.setSystemTime(NINE * 1000);
      const admitted = await user.get('/users');
      expect(admitted.status).toBe(200);
      expect(limits(admitted)).toEqual([5, 4, NINE + 3600]);
    });

    it('What is refused changes nothing', async () => {
      for (let request = 1; request <= 5; request++) await user.get('/callPurposes');
      const refused = await user.post('/callPurposes', newPurpose({ name: 'Never made' }));

      expect(refused.status).toBe(429);
      expect(await service.sql('select id from call_purpose where name = ?', ['Never made'])).toEqual([]);
    });

    it('Errors count too, whatever comes after authentication', async () => {
      const reader = newUser({ scopes: ['callPurposes.read'] });
      const answers = [
        await reader.post('/callPurposes', newPurpose({ name: 'Refused' })),
        await reader.get('/callPurposes/1234567'),
        await reader.get('/callPurposes?filter[order]=x'),
        await reader.send('HEAD', '/callPurposes'),
      ];
      const { etag } = (await reader.get('/callPurposes/1')).headers;

      expect(answers.map(({ status }) => status)).toEqual([403, 404, 422, 200]);
      expect(answers.map(limits)).toEqual([4, 3, 2, 1].map((remaining) => [5, remaining, NINE]));
      expect(limits(await reader.get('/callPurposes/1', { 'if-none-match': String(etag) }))).toEqual([5, 0, NINE]);
    });

    it('An answer that nothing has changed counts too', async () => {
      const { etag } = (await user.get('/callPurposes/1')).headers;
      const unchanged = await user.get('/callPurposes/1', { 'if-none-match': String(etag) });

      expect(unchanged.status).toBe(304);
      expect(limits(unchanged)).toEqual([5, 3, NINE]);
    });

    it('All tokens of a user count together, and those of other users do not', async () => {
      const subject = `user ${users++}`;
      await service.as(subject, { expiresIn: 43_200 }).get('/callPurposes');
      const other = service.as(subject, { expiresIn: 46_800, name: 'Ada', scopes: ['callPurposes.read'] });

      expect(limits(await other.get('/callPurposes'))).toEqual([5, 3, NINE]);
      expect(limits(await newUser().get('/callPurposes'))).toEqual([5, 4, NINE]);
    });

    it('Requests of nobody are not counted', async () => {
      for (let request = 1; request <= 8; request++) {
        const answer = await service.anonymous.get('/callPurposes');
        expect(answer.status).toBe(401);
        expect(limits(answer)).toEqual([undefined, undefined, undefined]);
      }
    });
  });

  describe('Without a limit', () => {
    beforeAll(async () => {
      service = await build({ RATE_LIMIT: '0' });
    });
    afterAll(() => service.close());

    it('Every response with a good token says that a billion requests are left', async () => {
      stopClock(TWENTY_PAST);
      const reader = newUser({ scopes: ['callPurposes.read'] });
      const responses = [
        await reader.get('/callPurposes'),
        await reader.get('/callPurposes'),
        await reader.post('/callPurposes', newPurpose({ name: 'Refused' })),
        await reader.get('/callPurposes/1234567'),
      ];
      jest.useRealTimers();

      expect(responses.map(({ status }) => status)).toEqual([200, 200, 403, 404]);
      expect(responses.map(limits)).toEqual(Array(4).fill([1_000_000_000, 1_000_000_000, NINE]));
      expect(responses.map(({ headers }) => headers['retry-after'])).toEqual(Array(4).fill(undefined));
    });

    it('Responses without a good token say nothing of it', async () => {
      expect(limits(await service.anonymous.get('/callPurposes'))).toEqual([undefined, undefined, undefined]);
    });
  });

  describe('The settings of the limit', () => {
    it('Are 10,000 requests and no Redis, if nothing else is said', () => {
      expect(readSettings({}).rateLimit).toEqual({ requestsPerHour: 10_000, redisUrl: undefined });
    });

    it.each(['-1', '1.5', '1e3', 'none', '99999999999999999999'])('Refuse %s as the limit', (RATE_LIMIT) => {
      expect(() => readSettings({ RATE_LIMIT })).toThrow('  - RATE_LIMIT ');
    });

    it.each(['127.0.0.1:6379', 'http://127.0.0.1:6379'])('Refuse %s as a Redis', (REDIS_URL) => {
      expect(() => readSettings({ REDIS_URL })).toThrow('REDIS_URL must be a Redis URL');
    });
  });
});
