import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { binaryText } from '../helper/arbitraries.js';
import { type Service, build } from '../helper/build.js';
import { cases } from '../helper/cases.js';
import { type Client, MEDIA_TYPE } from '../helper/client.js';
import { expectSound } from '../helper/expectations.js';

describe('Any request headers', () => {
  let service: Service;
  let client: Client;

  beforeAll(async () => {
    service = await build({ TRUST_PROXY: 'true' });
    client = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'OPTIONS');
  const PATHS = ['/callPurposes', '/callPurposes/1', '/callPurposes/999999', '/calls', '/users', '/nowhere'];

  const HEADERS = [
    'accept',
    'authorization',
    'content-type',
    'cookie',
    'forwarded',
    'host',
    'if-match',
    'if-none-match',
    'origin',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-request-id',
  ];

  const words = [
    ...[MEDIA_TYPE, 'application/json', '*/*', 'charset=utf-8', 'q=0', 'ext="x"', 'profile="x"'],
    ...[';', ',', '"', '=', '\\', '*', ' ', 'W/"1.1-x"', 'Bearer ', 'for=', 'host=', 'proto='],
    ...['http', 'https', 'a.example.com', ':80', '[::1]', '10.0.0.1', 'request-1'],
  ];

  /** What a header can hold: words that mean something put together, or any characters. */
  const values = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((chosen) => chosen.join('')),
    fc.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
  );

  const headers: fc.Arbitrary<Record<string, string>> = fc
    .subarray(HEADERS, { maxLength: 5 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values]))));

  const SEGMENTS = ['callPurposes', 'calls', 'users', '1', '%', '%00', '%2F', '*', ':id', '%F0%9F%93%9E'];
  const segments = fc.oneof(
    fc.constantFrom(...SEGMENTS),
    binaryText({ minLength: 1, maxLength: 20 }).map((text) => encodeURIComponent(text).replace(/\./g, '_')),
  );

  describe('Whatever is sent, the answer is sound', () => {
    it('With any headers', async () => {
      const body = JSON.stringify({ data: { type: 'callPurpose', id: '1', attributes: { order: 1 } } });
      await fc.assert(
        fc.asyncProperty(
          methods,
          fc.constantFrom(...PATHS),
          headers,
          fc.boolean(),
          async (method, path, sent, full) => {
            const payload = full && method !== 'GET' && method !== 'HEAD' ? { body } : {};
            expectSound(await client.send(method, path, { headers: sent, ...payload }), method);
          },
        ),
        cases(400),
      );
    });

    it('At any path', async () => {
      const paths = fc.array(segments, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
      await fc.assert(
        fc.asyncProperty(methods, paths, async (method, path) => {
          expectSound(await client.send(method, path), method);
        }),
        cases(100),
      );
    });
  });
});
