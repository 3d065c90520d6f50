import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { exchange, lines } from '../helper/raw-http.js';

describe('CORS', () => {
  const ALLOWED = 'https://app.example.com';
  const OTHER = 'https://other.example.com';
  const APP = 'capacitor://localhost';

  const preflight = (origin: string, method = 'PATCH') => ({
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,if-match',
    },
  });

  const corsHeaders = (headers: Record<string, unknown>) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  const listOf = (header: unknown) => String(header).toLowerCase().split(/, */);

  describe('Without CORS_ORIGINS', () => {
    let service: Service;
    beforeAll(async () => {
      service = await build();
    });
    afterAll(() => service.close());

    it('No other origin may read an answer', async () => {
      const { status, headers } = await service.as('ada').get('/callPurposes', { origin: ALLOWED });

      expect(status).toBe(200);
      expect(corsHeaders(headers)).toEqual([]);
      expect(headers.vary).toBe('Accept');
    });

    it('A preflight is a method like any other that is not there', async () => {
      const { status, headers, errors } = await service.anonymous.send('OPTIONS', '/callPurposes', preflight(ALLOWED));

      expect(status).toBe(405);
      expect(headers.allow).toBe('GET, HEAD, POST');
      expect(errors[0]?.code).toBe('methodNotAllowed');
      expect(corsHeaders(headers)).toEqual([]);
    });
  });

  describe('With CORS_ORIGINS', () => {
    let service: Service;
    let origin: string;
    beforeAll(async () => {
      service = await build({ CORS_ORIGINS: `${ALLOWED}, http://localhost:5173, ${APP}` });
      origin = await service.listen();
    });
    afterAll(() => service.close());

    it('A page of such an origin may ask with all that the API knows, without a token at first', async () => {
      const { status, headers, text } = await service.anonymous.send('OPTIONS', '/callPurposes/1', preflight(ALLOWED));

      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(headers['access-control-allow-origin']).toBe(ALLOWED);
      expect(listOf(headers['access-control-allow-methods'])).toEqual(['get', 'head', 'post', 'patch', 'delete']);
      expect(listOf(headers['access-control-allow-headers'])).toEqual(
        expect.arrayContaining([
          ...['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'],
          ...['traceparent', 'tracestate', 'baggage'],
        ]),
      );
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(Number(headers['access-control-max-age'])).toBeGreaterThan(0);
      expect(headers.vary).toContain('Origin');
      expect(headers).toMatchObject({ 'x-request-id': expect.any(String), 'x-content-type-options': 'nosniff' });
    });

    it.each([ALLOWED, 'http://localhost:5173', APP])(
      'A page of %s may read answers and their headers',
      async (origin) => {
        const { status, headers } = await service.as('ada').get('/callPurposes/1', { origin });

        expect(status).toBe(200);
        expect(headers['access-control-allow-origin']).toBe(origin);
        expect(listOf(headers['access-control-expose-headers'])).toEqual(
          expect.arrayContaining([
            'etag',
            'idempotent-replayed',
            'location',
            'x-request-id',
            'retry-after',
            'x-ratelimit-remaining',
          ]),
        );
        expect(headers.vary).toBe('Accept, Origin');
      },
    );

    it.each<[string, number, Record<string, string>?]>([
      ['/callPurposes/999999', 404],
      ['/nowhere', 404],
      ['/callPurposes?nonsense=1', 400],
      ['/callPurposes', 406, { accept: 'application/vnd.api+json;charset=utf-8' }],
      ['/callPurposes', 400, { host: 'a b' }],
      ['/callPurposes/%', 400],
      [`/callPurposes?${'x'.repeat(20_000)}`, 414],
    ])('Errors too (%s)', async (path, expected, more = {}) => {
      const { status, headers } = await service.as('ada').get(path, { origin: ALLOWED, ...more });

      expect(status).toBe(expected);
      expect(headers['access-control-allow-origin']).toBe(ALLOWED);
      expect(listOf(headers['access-control-expose-headers'])).toContain('x-request-id');
      expect(headers.vary).toBe('Accept, Origin');
    });

    it.each([
      ['POST', { 'content-type': 'text/plain' }, '{}', 415],
      ['POST', { 'content-encoding': 'gzip' }, '{}', 415],
      ['POST', {}, 'no JSON', 400],
      ['POST', {}, ' '.repeat(1_100_000), 413],
      ['PUT', {}, '{}', 405],
    ] as const)('Refusals of a %s with %j too', async (method, more, body, expected) => {
      const headers = { origin: ALLOWED, ...more } as Record<string, string>;
      const answer = await service.as('ada').send(method, '/callPurposes', { body, headers });

      expect(answer.status).toBe(expected);
      expect(answer.headers['access-control-allow-origin']).toBe(ALLOWED);
    });

    it.each([
      ['no header', ['no colon here'], 400],
      ['a header too long', [`X-Long: ${'x'.repeat(40_000)}`], 431],
      ['two Hosts', ['Host: other', 'Connection: close'], 400],
    ])('What can hardly be read too: %s', async (_, headers, expected) => {
      const of = (from: string) =>
        exchange(origin, lines('GET /api/v2/calls HTTP/1.1', 'Host: localhost', `Origin: ${from}`, ...headers));
      const [allowed, other] = [await of(ALLOWED), await of(OTHER)];

      expect([allowed.status, other.status]).toEqual([expected, expected]);
      expect(allowed.headers['access-control-allow-origin']).toBe(ALLOWED);
      expect(other.headers).not.toHaveProperty('access-control-allow-origin');
      for (const { headers: sent } of [allowed, other]) expect(sent.vary).toBe('Accept, Origin');
    });

    it('And what is outside of the API', async () => {
      for (const url of ['/health/live', '/docs', '/', '/nowhere']) {
        const { headers } = await service.app.inject({ url, headers: { origin: ALLOWED } });
        expect([url, headers['access-control-allow-origin'], headers.vary]).toEqual([url, ALLOWED, 'Origin']);
      }
    });

    it('A preflight needs nothing that the request would need', async () => {
      for (const path of ['/callPurposes', '/nowhere', '/callPurposes/']) {
        const { headers } = preflight(ALLOWED);
        const asked = await service.anonymous.send('OPTIONS', path, {
          headers: { ...headers, accept: 'application/vnd.api+json;charset=utf-8' },
        });
        expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, ALLOWED]);
      }
    });

    it('What the guards refuse too', async () => {
      const { status, headers } = await service.anonymous.get('/callPurposes', { origin: ALLOWED });

      expect(status).toBe(401);
      expect(headers['access-control-allow-origin']).toBe(ALLOWED);
    });

    it('A page of another origin may not', async () => {
      const asked = await service.anonymous.send('OPTIONS', '/callPurposes/1', preflight(OTHER));
      const read = await service.as('ada').get('/callPurposes/1', { origin: OTHER });

      expect(asked.headers['access-control-allow-origin']).toBeUndefined();
      expect(read.headers['access-control-allow-origin']).toBeUndefined();
      expect(read.headers.vary).toBe('Accept, Origin');
    });

    it('OPTIONS that is no preflight is not there', async () => {
      const known = await service.as('ada').send('OPTIONS', '/callPurposes');
      const unknown = await service.as('ada').send('OPTIONS', '/nowhere');

      expect(known.status).toBe(405);
      expect(known.headers.allow).toBe('GET, HEAD, POST');
      expect(unknown.status).toBe(404);
    });
  });

  describe('With CORS_ORIGINS=*', () => {
    let service: Service;
    beforeAll(async () => {
      service = await build({ CORS_ORIGINS: '*' });
    });
    afterAll(() => service.close());

    it('Any page may read answers', async () => {
      const asked = await service.anonymous.send('OPTIONS', '/callPurposes', preflight(OTHER, 'POST'));
      const read = await service.as('ada').get('/callPurposes', { origin: OTHER });

      expect(asked.status).toBe(204);
      expect(asked.headers['access-control-allow-origin']).toBe('*');
      expect(read.headers['access-control-allow-origin']).toBe('*');

      const origin = await service.listen();
      const garbage = await exchange(origin, 'garbage\r\n\r\n');
      expect(garbage.headers['access-control-allow-origin']).toBe('*');
    });
  });
});
