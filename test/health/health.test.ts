import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManagementServer } from '../../src/observability/management-server.js';
import { type Service, build } from '../helper/build.js';

describe('Health', () => {
  describe('Health', () => {
    let service: Service;
    let origin: string;

    beforeAll(async () => {
      service = await build();
      origin = await service.listen();
    });
    afterAll(() => service.close());

    it.each(['live', 'ready'])('Is told without a token, as plain JSON that nobody keeps (%s)', async (kind) => {
      const response = await fetch(`${origin}/health/${kind}`);

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(response.headers.get('cache-control')).toContain('no-store');
      expect(response.headers.get('x-request-id')).toMatch(/./);
      expect(await response.json()).toMatchObject({ status: 'ok' });
    });

    it('Is told whatever is accepted', async () => {
      const headers = { Accept: 'application/vnd.api+json; charset=utf-8' };

      expect((await fetch(`${origin}/health/ready`, { headers })).status).toBe(200);
    });

    it('Names what readiness depends on', async () => {
      const response = await fetch(`${origin}/health/ready`);

      expect(await response.json()).toMatchObject({ details: { database: { status: 'up' } } });
    });

    it('Has no place within the API', async () => {
      expect((await service.as('ada').get('/health/live')).status).toBe(404);
    });

    it('Is not there for other methods', async () => {
      const response = await fetch(`${origin}/health/live`, { method: 'POST' });

      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    });
  });

  describe('With a port of its own, management', () => {
    const paths = ['/health/live', '/health/ready', '/metrics'];
    let service: Service;
    let publicOrigin: string;
    let ownOrigin: string;

    beforeAll(async () => {
      service = await build({ MANAGEMENT_PORT: '0', HOST: '127.0.0.1' });
      publicOrigin = await service.listen();
      ownOrigin = `http://127.0.0.1:${service.app.get(ManagementServer, { strict: false }).port}`;
    });
    afterAll(() => service.close());

    it.each(paths)('Answers %s there', async (path) => {
      expect((await fetch(`${ownOrigin}${path}?x=1`)).status).toBe(200);
    });

    it.each(paths)('Answers %s nowhere else', async (path) => {
      const response = await fetch(`${publicOrigin}${path}`);

      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/vnd.api+json');
      expect(await response.json()).toMatchObject({ errors: [{ code: 'routeNotFound' }] });
    });

    it('Has nothing else there', async () => {
      const headers = { Authorization: `Bearer ${service.as('ada').token}` };

      expect((await fetch(`${ownOrigin}/api/v2/callPurposes`, { headers })).status).toBe(404);
      expect((await fetch(`${publicOrigin}/api/v2/callPurposes`, { headers })).status).toBe(200);
    });
  });
});
