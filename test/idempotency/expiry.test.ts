import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { passTime, stopClock } from '../helper/clock.js';
import { newCall } from '../helper/documents.js';
import { essence, keyed, newKey } from '../helper/repeated.js';

describe('IdempotencyKeyExpiry', () => {
  let service: Service;

  // The service's intervals are those of the stopped clock.
  beforeAll(async () => {
    stopClock();
    service = await build();
  });
  afterAll(async () => {
    jest.useRealTimers();
    await service.close();
  });

  describe('After 24 hours', () => {
    const bare = (key: string) => key.replaceAll('"', '');

    const age = (key: string, interval: string) =>
      service.sql(`update idempotency_key set created_at = now() - ?::interval where key = ?`, [interval, bare(key)]);

    const post = (key: string, note = 'a call') => service.as('ada').post('/calls', newCall({ note }), keyed(key));

    it('A key stands for a new request', async () => {
      const key = newKey();
      const first = await post(key, 'first');
      await age(key, '23 hours 59 minutes');
      expect(essence(await post(key, 'first'))).toEqual(essence(first));

      await age(key, '24 hours 1 second');
      const later = await post(key, 'later');
      expect(later.status).toBe(201);
      expect(later.resource.id).not.toBe(first.resource.id);
      expect(essence(await post(key, 'later'))).toEqual(essence(later));
    });

    it('The kept answers are removed, however many, and no others', async () => {
      const [fresh, old] = [newKey(), newKey()];
      await service.sql('delete from idempotency_key');
      for (const key of [fresh, old]) await post(key);
      await age(old, '24 hours');
      await service.sql(
        `insert into idempotency_key (user_id, key, request_digest, status, body, created_at)
       select user_id, 'many ' || n, request_digest, status, body, created_at
       from idempotency_key, generate_series(1, 1200) as n where key = ?`,
        [bare(old)],
      );
      passTime(61);

      const keys = () => service.sql<{ key: string }>('select key from idempotency_key');
      for (let waited = 0; (await keys()).length > 1; waited++) {
        expect(waited).toBeLessThan(500);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(await keys()).toEqual([{ key: bare(fresh) }]);
    });
  });
});
