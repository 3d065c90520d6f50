import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Connection } from '../helper/connection.js';
import { newCall } from '../helper/documents.js';

describe('The body of a request', () => {
  let service: Service;
  let origin: string;
  let connection: Connection;

  beforeAll(async () => {
    service = await build({ RATE_LIMIT: '1000' });
    origin = await service.listen();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    connection = new Connection(origin);
  });
  afterEach(() => connection.close());

  const body = JSON.stringify({ data: newCall() });

  function sendHead(token: string | undefined, ...headers: string[]): void {
    const authorization = token === undefined ? [] : [`Authorization: Bearer ${token}`];
    const lines = ['POST /api/v2/calls HTTP/1.1', 'Host: localhost', 'Content-Type: application/vnd.api+json'];
    connection.send([...lines, ...authorization, ...headers, '', ''].join('\r\n'));
  }

  const good = () => service.as('ada').token;
  const expired = () => service.as('ada', { expiresIn: -100 }).token;
  const forReading = () => service.as('ada', { scopes: ['calls.read'] }).token;

  describe.each([
    ['no token', 401, () => undefined],
    ['a token that is expired', 401, expired],
    ['a token that lacks the scope', 403, forReading],
  ])('With %s', (_, status, token) => {
    const refusal = new RegExp(`^HTTP/1.1 ${status} .*\\}$`, 's');

    it('Is not waited for', async () => {
      sendHead(token(), `Content-Length: ${body.length}`);
      expect(await connection.hear(refusal)).not.toMatch(/^connection: close/im);

      // What is left of it is passed over.
      connection.send(body);
      sendHead(good(), `Content-Length: ${body.length}`);
      connection.send(body);
      expect(await connection.hear(/\}$/)).toMatch(/^HTTP\/1.1 201 /);
    });

    it.each(['Content-Length: 1000000000', 'Transfer-Encoding: chunked'])(
      'Is not waited for, nor is its end, when it is said to be %s',
      async (header) => {
        sendHead(token(), header);

        expect(await connection.hear(refusal)).toMatch(/^connection: close/im);
        await connection.closed;
      },
    );

    it('Is not asked for', async () => {
      sendHead(token(), `Content-Length: ${body.length}`, 'Expect: 100-continue');

      expect(await connection.hear(/\}$/)).toMatch(refusal);
    });
  });

  it('Is asked for where the token is good', async () => {
    sendHead(good(), `Content-Length: ${body.length}`, 'Expect: 100-continue');
    expect(await connection.hear(/\r\n\r\n$/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.send(body);

    expect(await connection.hear(/\}$/)).toMatch(/^HTTP\/1.1 201 /);
  });

  it('That is too long is told of what is left for the user in this hour', async () => {
    sendHead(good(), 'Content-Length: 1000000000');

    const text = await connection.hear(/\}$/);
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toMatch(/^x-ratelimit-remaining: \d+/im);
  });
});
