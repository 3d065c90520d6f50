import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { expectJsonApi } from '../helper/json-api-schema.js';
import { documentOf, exchange, expectClientError, lines, sendAndEnd } from '../helper/raw-http.js';

describe('Malformed HTTP', () => {
  let service: Service;
  let origin: string;
  let bearer: string;

  beforeAll(async () => {
    service = await build();
    origin = await service.listen();
    bearer = `Authorization: Bearer ${service.as('ada', { roles: ['admin'] }).token}`;
  });
  afterAll(() => service.close());

  const PATH = '/api/v2/callPurposes';
  const HOST = 'Host: localhost';
  const CLOSE = 'Connection: close';

  describe('A request that is no HTTP', () => {
    it.each([
      ['a request line of garbage', 'garbage\r\n\r\n'],
      ['no version', lines(`GET ${PATH}`, HOST)],
      ['a version that there is not', lines(`GET ${PATH} HTTP/9.9`, HOST)],
      ['a version that is none', lines(`GET ${PATH} JSON/1.1`, HOST)],
      ['a blank in the path', lines(`GET ${PATH}/a b HTTP/1.1`, HOST)],
      ['a method that nobody knows', lines(`FOO ${PATH} HTTP/1.1`, HOST)],
      ['a method in lower case', lines(`get ${PATH} HTTP/1.1`, HOST)],
      ['the opening of TLS', Buffer.from('16030100c8010000c40303', 'hex')],
      ['NUL bytes', Buffer.alloc(64)],
      ['a header without colon', lines(`GET ${PATH} HTTP/1.1`, HOST, 'no colon here')],
      ['a header with a blank in its name', lines(`GET ${PATH} HTTP/1.1`, HOST, 'X Y: z')],
      ['a header with a NUL', lines(`GET ${PATH} HTTP/1.1`, HOST, 'X-Y: a\0b')],
      ['a header that is folded', lines(`GET ${PATH} HTTP/1.1`, HOST, 'X-Y: a\r\n\0b')],
      ['a Content-Length that is no number', lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: ten')],
      ['a negative Content-Length', lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: -1')],
      ['two Content-Lengths', lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: 1', 'Content-Length: 2')],
      [
        'both a Content-Length and chunks',
        lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: 5', 'Transfer-Encoding: chunked') + '0\r\n\r\n',
      ],
      ['a transfer coding that there is not', lines(`POST ${PATH} HTTP/1.1`, HOST, 'Transfer-Encoding: rot13')],
      ['a header that is folded onto a second line', lines(`GET ${PATH} HTTP/1.1`, HOST, 'X-Y: a\r\n b')],
      [
        'the same Content-Length twice',
        lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: 1', 'Content-Length: 1') + 'x',
      ],
      ['5,000 headers', lines(`GET ${PATH} HTTP/1.1`, HOST, ...Array.from({ length: 5_000 }, (_, i) => `X-${i}: y`))],
    ])('Is answered with an error document: %s', async (_, bytes) => {
      expectClientError(await exchange(origin, bytes));
    });

    it.each([
      ['in the middle of the headers', lines(`GET ${PATH} HTTP/1.1`, HOST).slice(0, -3)],
      ['in the middle of the body', lines(`POST ${PATH} HTTP/1.1`, HOST, 'Content-Length: 100') + '{"data":'],
    ])('Does no harm when it ends %s', async (_, bytes) => {
      const answer = await sendAndEnd(origin, bytes);
      if (answer) expectClientError(answer);

      const next = await exchange(origin, lines(`GET ${PATH} HTTP/1.1`, HOST, CLOSE, bearer));
      expect(next.status).toBe(200);
    });

    it('Has a broken chunk, and is answered with an error document', async () => {
      const head = [`POST ${PATH} HTTP/1.1`, HOST, bearer, 'Content-Type: application/vnd.api+json'];
      const bytes = lines(...head, 'Transfer-Encoding: chunked') + 'zz\r\nnot a chunk\r\n';

      expectClientError(await exchange(origin, bytes));
    });
  });

  describe('A request that is HTTP, though seldom seen', () => {
    const send = (requestLine: string, ...headers: string[]) =>
      exchange(origin, lines(requestLine, HOST, CLOSE, bearer, ...headers));

    it.each(['TRACE', 'PROPFIND', 'MKCOL', 'LOCK', 'SEARCH', 'QUERY', 'PURGE', 'LINK', 'M-SEARCH', 'SOURCE'])(
      'Is refused when its method is %s',
      async (method) => {
        const answer = await send(`${method} ${PATH} HTTP/1.1`);

        expectClientError(answer, 405);
        expect(answer.headers.allow?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
      },
    );

    it('Is refused when it asks about the server as a whole', async () => {
      const answer = await send('OPTIONS * HTTP/1.1');

      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toBe('application/vnd.api+json');
      expect(documentOf(answer)).toMatchObject({ errors: [{ code: 'routeNotFound', status: '404' }] });
    });

    it('Is refused like any other when its target only begins like that', async () => {
      const answer = await send('GET *api/v2/callPurposes HTTP/1.1');

      expect(answer.status).toBe(404);
      expect(documentOf(answer)).toMatchObject({ errors: [{ code: 'routeNotFound', status: '404' }] });
      expect(answer.headers['x-request-id']).toMatch(/^[\w-]{36}$/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    });

    it('Is refused for its host beside the API too, where responses depend on no header', async () => {
      const answer = await exchange(origin, lines('DELETE //api/v2/calls/40 HTTP/1.1', 'Host:', CLOSE, bearer));

      expect(answer.status).toBe(400);
      expect(documentOf(answer)).toMatchObject({ errors: [{ code: 'badRequest', source: { header: 'Host' } }] });
      expect(answer.headers).not.toHaveProperty('vary');
    });

    it('May name the whole URL, as to a proxy', async () => {
      const answer = await send(`GET http://localhost${PATH} HTTP/1.1`);

      expect(answer.status).toBe(200);
      expectJsonApi(documentOf(answer), answer.headers['content-type']);
      expect(documentOf(answer).links.self).toBe(`http://localhost${PATH}`);
      expect(answer.headers.vary).toBe('Accept');
    });

    it('Is held to the media types when it names the whole URL', async () => {
      const bad = 'Accept: application/vnd.api+json;charset=utf-8';

      expectClientError(await send(`GET http://localhost${PATH} HTTP/1.1`, bad), 406);
    });

    it('Is refused with the methods of the path when it names the whole URL', async () => {
      expectClientError(await send(`PUT http://localhost${PATH} HTTP/1.1`), 405);
    });

    it('Gets no body to HEAD, whatever the status', async () => {
      for (const [path, status] of [
        [PATH, 200],
        [`${PATH}/999999`, 404],
        ['/api/v2/nowhere', 404],
      ] as const) {
        const answer = await send(`HEAD ${path} HTTP/1.1`);
        expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
        expect(answer.headers['content-type']).toBe('application/vnd.api+json');
      }
    });

    it('Is answered when it expects what the service does not know', async () => {
      expect((await send(`GET ${PATH} HTTP/1.1`, 'Expect: a-miracle')).status).toBe(200);
    });

    it('Is answered over HTTP when it asks for another protocol', async () => {
      expect((await send(`GET ${PATH} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket')).status).toBe(200);
    });

    it('Is refused when it is compressed as a message', async () => {
      const head = [`POST ${PATH} HTTP/1.1`, HOST, CLOSE, bearer, 'Content-Type: application/vnd.api+json'];
      const answer = await exchange(origin, `${lines(...head, 'Transfer-Encoding: gzip, chunked')}1\r\nx\r\n0\r\n\r\n`);

      expectClientError(answer, 400);
      expect(documentOf(answer).errors?.[0]?.source).toEqual({ header: 'Transfer-Encoding' });
    });

    it('Is read to the end when it comes in chunks', async () => {
      const body = JSON.stringify({ data: { type: 'callPurpose', attributes: { name: 'In chunks' } } });
      const chunks = [...body].map((character) => `1\r\n${character}\r\n`).join('');
      const head = [`POST ${PATH} HTTP/1.1`, HOST, CLOSE, bearer, 'Content-Type: application/vnd.api+json'];
      const answer = await exchange(origin, `${lines(...head, 'Transfer-Encoding: chunked')}${chunks}0\r\n\r\n`);

      expect(answer.status).toBe(201);
    });

    it('Is too large in chunks as well', async () => {
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const head = [`POST ${PATH} HTTP/1.1`, HOST, CLOSE, bearer, 'Content-Type: application/vnd.api+json'];
      const answer = await exchange(
        origin,
        `${lines(...head, 'Transfer-Encoding: chunked')}${chunk.repeat(17)}0\r\n\r\n`,
      );

      expectClientError(answer, 413);
    });

    it('Is refused at its headers when those announce too large a body', async () => {
      const head = [`POST ${PATH} HTTP/1.1`, HOST, CLOSE, bearer, 'Content-Type: application/vnd.api+json'];

      expectClientError(await exchange(origin, lines(...head, 'Content-Length: 1048577')), 413);
    });
  });
});
