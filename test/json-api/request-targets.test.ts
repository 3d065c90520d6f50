import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { documentOf, exchange, exchangeInPackets, expectClientError, lines } from '../helper/raw-http.js';

describe('Hosts, targets and lengths', () => {
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

  const send = (requestLine: string, ...headers: string[]) =>
    exchange(origin, lines(requestLine, ...headers, CLOSE, bearer));
  const selfOf = async (requestLine: string, ...headers: string[]) => {
    const answer = await send(requestLine, ...headers);
    expect(answer.status).toBe(200);
    return documentOf(answer).links.self;
  };

  describe('The Host header', () => {
    it.each([
      ['none in HTTP/1.1', []],
      ['an empty one', ['Host:']],
      ['a text that is no host', ['Host: a b']],
      ['a list', ['Host: localhost, other']],
      ['two', [HOST, 'Host: other']],
      ['the same one twice', [HOST, HOST]],
      ['two in any case', [HOST, 'hOST: other']],
      ['two far apart', [HOST, 'X-Between: y', 'Accept: */*', 'Host: other']],
    ])('Must not be %s', async (_, headers) => {
      const answer = await send(`GET ${PATH} HTTP/1.1`, ...headers);

      expectClientError(answer, 400);
      expect(documentOf(answer).errors?.[0]).toMatchObject({ code: 'badRequest', source: { header: 'Host' } });
      expect((await send(`GET http://localhost${PATH} HTTP/1.1`, ...headers)).status).toBe(400);
      for (const path of ['/docs', '/health/live', '/nowhere', '/'])
        expect((await send(`GET ${path} HTTP/1.1`, ...headers)).status).toBe(400);
    });

    it('Is needed for links in HTTP/1.0 too, but not for what has none', async () => {
      expectClientError(await send(`GET ${PATH} HTTP/1.0`), 400);
      expectClientError(await send(`GET ${PATH} HTTP/1.0`, HOST, HOST), 400);
      expect((await send('GET /health/live HTTP/1.0')).status).toBe(200);
    });
  });

  describe('A target that is a whole URL', () => {
    it('Has the host that counts', async () => {
      expect(await selfOf(`GET http://calls.example.com:8080${PATH} HTTP/1.1`, HOST)).toBe(
        `http://calls.example.com:8080${PATH}`,
      );
      expect(await selfOf(`GET HTTPS://calls.example.com${PATH}/?count=false HTTP/1.1`, HOST)).toBe(
        `https://calls.example.com${PATH}?count=false`,
      );
      expect(await selfOf(`GET http://calls.example.com${PATH}/1 HTTP/1.0`)).toBe(`http://calls.example.com${PATH}/1`);
    });

    it('Is remembered with its own links', async () => {
      for (const host of ['one.example.com', 'two.example.com', 'one.example.com'])
        expect(await selfOf(`GET http://${host}${PATH} HTTP/1.1`, HOST)).toBe(`http://${host}${PATH}`);
      expect(await selfOf(`GET ${PATH} HTTP/1.1`, HOST)).toBe(`http://localhost${PATH}`);
    });

    it.each(['http://a,b', 'http://ada@localhost', 'http://:80', 'http://a%20b'])(
      'Must have a host: %s',
      async (start) => {
        expect((await send(`GET ${start}${PATH} HTTP/1.1`, HOST)).status).toBe(400);
      },
    );

    it('Leads to the same as its path', async () => {
      expect((await send('GET http://localhost/health/live HTTP/1.1', HOST)).status).toBe(200);
      expect((await send('GET http://localhost HTTP/1.1', HOST)).headers.location).toBe('/docs');
      expect((await send('GET http://localhost?x HTTP/1.1', HOST)).headers.location).toBe('/docs');
      expectClientError(await send(`PUT http://localhost${PATH}/ HTTP/1.1`, HOST), 405);
      expect((await send(`GET ftp://localhost${PATH} HTTP/1.1`, HOST)).status).toBe(404);
    });
  });

  describe('A URL', () => {
    const urlOf = (length: number, start = `${PATH}?filter[name]=`) => start + 'x'.repeat(length - start.length);

    it('May have 16 KB, with as many headers again', async () => {
      const answer = await send(`GET ${urlOf(16_384)} HTTP/1.1`, HOST, `X-Long: ${'x'.repeat(15_000)}`);

      expect(answer.status).toBe(200);
    });

    it('May have an id that long, which there is not', async () => {
      const answer = await send(`GET ${urlOf(16_384, `${PATH}/`)} HTTP/1.1`, HOST);

      expect(documentOf(answer).errors?.[0]?.code).toBe('resourceNotFound');
    });

    it.each([
      ['16 KB and a byte', urlOf(16_385), []],
      ['an id that long', urlOf(16_385, `${PATH}/`), []],
      ['20 KB', urlOf(20_000), []],
      ['30 KB', urlOf(30_000), []],
      ['40 KB', urlOf(40_000), []],
      ['60 KB', urlOf(60_000), []],
      ['40 KB and a header of 20', urlOf(40_000), [`X-Long: ${'x'.repeat(20_000)}`]],
      ['20 KB behind a host', `http://localhost${urlOf(20_000)}`, []],
      ['20 KB and a broken percent encoding', `${urlOf(20_000, `${PATH}/`)}%`, []],
    ])('Must not have %s', async (_, url, headers) => {
      const answer = await send(`GET ${url} HTTP/1.1`, HOST, ...headers);

      expectClientError(answer, 414);
      expect(documentOf(answer).errors).toMatchObject([{ code: 'uriTooLong', title: 'URI Too Long' }]);
    });

    it('Must not be that long where there is nothing, or no API, either', async () => {
      for (const start of ['/nowhere/', '/health/live?', '/docs/', '/?', `${PATH}/x/y/`])
        expect((await send(`GET ${urlOf(20_000, start)} HTTP/1.1`, HOST)).status).toBe(414);
    });

    it('Must not be that long in packets either', async () => {
      const [one, two, three] = [0, 1, 2].map((n) => urlOf(40_000).slice(n * 14_000, (n + 1) * 14_000));
      const packets = [`GET ${one}`, `${two}`, `${three} ${lines('HTTP/1.1', HOST, bearer)}`];

      expectClientError(await exchangeInPackets(origin, packets), 414);
    });
  });

  describe('URL and headers together', () => {
    const long = (length: number) => `X-Long: ${'x'.repeat(length)}`;

    it('May have 31 KB', async () => {
      expect((await send(`GET ${PATH} HTTP/1.1`, HOST, long(31_000))).status).toBe(200);
    });

    it.each([
      ['a header of 33 KB', [long(33_000)]],
      ['a header of 60 KB', [long(60_000)]],
      ['two headers of 17 KB', [long(17_000), long(17_000)]],
      ['a header with blanks', [`Cookie: ${'a=b; '.repeat(8_000)}`]],
      ['5,000 headers', Array.from({ length: 5_000 }, (_, i) => `X-${i}: y`)],
      ['a header that names a version', [`${long(20_000)} HTTP/1.1 ${'x'.repeat(20_000)}`]],
    ])('Must not have %s', async (_, headers) => {
      const answer = await send(`GET ${PATH} HTTP/1.1`, HOST, ...headers);

      expectClientError(answer, 431);
      expect(documentOf(answer).errors).toMatchObject([
        { code: 'headersTooLarge', title: 'Request Header Fields Too Large' },
      ]);
    });

    it('Must not have more in packets either', async () => {
      const packets = [`GET ${PATH} HTTP/1.1\r\nCookie: a=b`, `; c=${'d'.repeat(20_000)}; e=`, 'f'.repeat(14_000)];

      expectClientError(await exchangeInPackets(origin, [packets.join('').slice(0, 20_000), '; '.repeat(10_000)]), 431);
    });
  });
});
