import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';

describe('What can be scraped', () => {
  let service: Service;

  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  const scrape = async () => {
    const { statusCode, headers, body } = await service.app.inject({ url: '/metrics' });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    return body;
  };

  /** How many requests of that kind there have been. */
  const count = (text: string, method: string, route: string, status: number) =>
    Number(
      new RegExp(
        `^http_request_duration_seconds_count\\{method="${method}",route="${route}",status="${status}"\\} (\\d+)$`,
        'm',
      ).exec(text)?.[1] ?? 0,
    );

  describe('Metrics', () => {
    it('Count requests by method, route pattern and status', async () => {
      const ada = service.as('ada');
      for (const id of [1, 2, 3, 999_999]) await ada.get(`/callPurposes/${id}`);
      await service.anonymous.get('/callPurposes/1');
      await ada.send('PUT', '/callPurposes/1');
      await ada.get('/nowhere/a');
      await ada.get('/nowhere/b');

      const text = await scrape();

      expect(count(text, 'GET', '/api/v2/callPurposes/:id', 200)).toBe(3);
      expect(count(text, 'GET', '/api/v2/callPurposes/:id', 404)).toBe(1);
      expect(count(text, 'GET', '/api/v2/callPurposes/:id', 401)).toBe(1);
      expect(count(text, 'PUT', 'none', 405)).toBe(1);
      expect(count(text, 'GET', 'none', 404)).toBe(2);
    });

    it('Tell how long they took, in seconds', async () => {
      await service.as('ada').get('/calls');

      const [, seconds] = /_sum\{method="GET",route="\/api\/v2\/calls",status="200"\} (\S+)/.exec(await scrape()) ?? [];

      expect(Number(seconds)).toBeGreaterThan(0);
      expect(Number(seconds)).toBeLessThan(5);
    });

    it('Tell that no request has been refused because of the load, as long as none has', async () => {
      const text = await scrape();

      for (const reason of ['database', 'event_loop'])
        expect(text).toMatch(new RegExp(`^http_requests_shed_total\\{reason="${reason}"\\} 0$`, 'm'));
    });

    it('Tell how the process and its event loop do', async () => {
      const text = await scrape();

      expect(text).toMatch(/^process_cpu_seconds_total \d/m);
      expect(text).toMatch(/^process_resident_memory_bytes \d/m);
      expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
    });

    const onServer = process.env.TEST_DATABASE_URL ? it : it.skip;
    onServer('Tell how the connections to a database server are used', async () => {
      await service.as('ada').get('/calls');

      const text = await scrape();

      expect(text).toMatch(/^database_pool_connections\{state="idle"\} [1-9]/m);
      expect(text).toMatch(/^database_pool_connections\{state="used"\} \d/m);
      expect(text).toMatch(/^database_pool_connections\{state="waiting"\} 0$/m);
    });

    it('Are those of one application, even if a process has several', async () => {
      const other = await build();
      await other.as('ada').get('/users');

      expect(count(await scrape(), 'GET', '/api/v2/users', 200)).toBe(0);
      await other.close();
    });
  });

  // At the end, as the services of a process share the strategy that checks tokens.
  it('Is for nobody on the public port in production', async () => {
    const production = await build({ NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32), LOG_LEVEL: 'silent' });
    for (const url of ['/metrics', '/%6detrics', '/metrics/'])
      expect((await production.app.inject({ url })).statusCode).toBe(404);
    for (const url of ['/health/live', '/health/ready'])
      expect((await production.app.inject({ url })).statusCode).toBe(200);
    await production.close();
  });
});
