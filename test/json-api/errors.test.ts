import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { type Answer, type Client, MEDIA_TYPE } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makePurpose } from '../helper/fixtures.js';

describe('Errors', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const purposes = () => service.sql('select id, version, deleted_at from call_purpose order by id');

  describe('A path that there is not', () => {
    it.each([
      '/nowhere',
      '/callpurposes',
      '/CallPurposes',
      '/callPurpose',
      '/callPurposes//',
      '//callPurposes',
      '/callPurposes/1//',
      '/callPurposes/1/creator',
      '/callPurposes/1/relationships/creator',
      '/callPurposes/1/2/3',
      '/callPurposes.json',
      'http://localhost/api/v2x/callPurposes',
      'http://localhost/api/v3/callPurposes',
      'http://localhost/callPurposes',
      'http://localhost/api',
      'http://localhost/robots.txt',
    ])('Is %s', async (path) => {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
        expectError(await admin.send(method, path), 404, 'routeNotFound');
      }
    });

    it('Is answered the same without a token', async () => {
      expectError(await service.anonymous.get('/nowhere'), 404, 'routeNotFound');
    });
  });

  describe('A method that a path does not have', () => {
    const collection = ['GET', 'HEAD', 'POST'];
    const one = ['DELETE', 'GET', 'HEAD', 'PATCH'];

    it.each([
      ['PUT', '/callPurposes', collection],
      ['PATCH', '/callPurposes', collection],
      ['DELETE', '/callPurposes', collection],
      ['OPTIONS', '/callPurposes', collection],
      ['PUT', '/callPurposes/1', one],
      ['POST', '/callPurposes/1', one],
      ['OPTIONS', '/callPurposes/1', one],
      ['PUT', '/callPurposes/999999', one],
      ['PUT', '/calls', collection],
      ['OPTIONS', '/calls/1', one],
      ['PUT', '/callPurposes?sort=name', collection],
    ] as const)('Is %s at %s', async (method, url, allowed) => {
      const before = await purposes();
      const answer = await admin.send(method, url);

      expectError(answer, 405, 'methodNotAllowed');
      expect(String(answer.headers.allow).split(', ').sort()).toEqual(allowed);
      expect(await purposes()).toEqual(before);
    });

    it.each([MEDIA_TYPE, 'application/json', 'garbage'])(
      'Is refused also with a body of the type %s',
      async (contentType) => {
        const headers = { 'content-type': contentType };
        expectError(await admin.send('PUT', '/callPurposes/1', { body: '{}', headers }), 405, 'methodNotAllowed');
      },
    );

    it('Is refused also as the preflight of a browser', async () => {
      const headers = { origin: 'https://example.com', 'access-control-request-method': 'POST' };

      expectError(await admin.send('OPTIONS', '/callPurposes', { headers }), 405, 'methodNotAllowed');
    });
  });

  describe('An ID that there is not', () => {
    it.each([
      ['999999', '999999'],
      ['0', '0'],
      ['-1', '-1'],
      ['007', '007'],
      ['01', '01'],
      ['+1', '+1'],
      ['1.0', '1.0'],
      ['1e0', '1e0'],
      ['0x1', '0x1'],
      ['%201', ' 1'],
      ['1%20', '1 '],
      ['1%0A', '1\n'],
      ['1%00', '1\0'],
      ['abc', 'abc'],
      ['null', 'null'],
      ['1,2', '1,2'],
      ['1;2', '1;2'],
      ['1%2F2', '1/2'],
      ['%27%20or%201=1', "' or 1=1"],
      ['%F0%9F%93%9E', '📞'],
      ['%D9%A1', '١'],
      ['9007199254740991', '9007199254740991'],
      ['9007199254740993', '9007199254740993'],
      ['9223372036854775807', '9223372036854775807'],
      ['9223372036854775808', '9223372036854775808'],
      ['99999999999999999999', '99999999999999999999'],
      ['9'.repeat(2_000), '9'.repeat(2_000)],
      ['__proto__', '__proto__'],
    ])('Is %s', async (path, id) => {
      const before = await purposes();
      const url = `/callPurposes/${path}`;
      const answers = [
        await admin.get(url),
        await admin.patch(url, { type: 'callPurpose', id, attributes: { order: 5 } }),
        await admin.delete(url),
      ];

      for (const answer of answers) {
        const { detail } = expectError(answer, 404, 'resourceNotFound');
        expect(detail).toBe(`Could not find 'callPurpose' with ID '${id}'.`);
      }
      expect(await purposes()).toEqual(before);
    });

    it('Is named with the type of its collection', async () => {
      expect(expectError(await admin.get('/calls/7'), 404, 'resourceNotFound').detail).toBe(
        "Could not find 'call' with ID '7'.",
      );
    });

    it('Is too long to be one, and still the fault of the client', async () => {
      const { status } = await admin.get(`/callPurposes/${'9'.repeat(6_000)}`);

      expect([400, 404, 414]).toContain(status);
    });
  });

  describe('Broken percent-encoding', () => {
    it.each(['/callPurposes/%', '/callPurposes/%zz', '/callPurposes/%E0%A4%A', '/callPurposes/%ff', '/%', '/%c0%af'])(
      'In the path is a bad request: %s',
      async (url) => {
        const answer = await admin.get(url, { 'x-request-id': 'broken-path' });

        expectError(answer, 400, 'badRequest');
        expect(answer.headers['x-request-id']).toBe('broken-path');
      },
    );

    it.each(['sort=%', 'sort=%zz', 'filter[name]=%ff', '%=1'])('In the query is an invalid one: %s', async (query) => {
      const { source } = expectError(await admin.get(`/callPurposes?${query}`), 400, 'invalidQueryParameter');

      expect(source).toHaveProperty('parameter');
    });
  });

  describe('A body that can not be read', () => {
    const send = (body: string | Buffer): Promise<Answer> => admin.send('POST', '/callPurposes', { body });

    it.each<[string, string | Buffer]>([
      ['is not JSON', 'name=Demo'],
      ['is cut off', '{"data": {"type": "callPurpose"'],
      ['has something behind the document', '{"data": null} x'],
      ['has a comment', '{"data": null /* no */}'],
      ['has single quotes', "{'data': null}"],
      ['has a number that JSON does not know', '{"data": NaN}'],
      ['is white space', '   '],
      ['is in UTF-16', Buffer.from('{"data": null}', 'utf16le')],
      ['is in Latin-1', Buffer.from('{"data": {"type": "callPurpose", "attributes": {"name": "Rückruf"}}}', 'latin1')],
      ['has bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      [
        'has a surrogate in UTF-8',
        Buffer.concat([Buffer.from('{"a":"'), Buffer.from('eda080', 'hex'), Buffer.from('"}')]),
      ],
      ['is compressed', Buffer.from('1f8b080000000000000303000000000000000000', 'hex')],
    ])('Is a bad request when it %s', async (_, body) => {
      const before = await purposes();

      expectError(await send(body), 400, 'badRequest');
      expect(await purposes()).toEqual(before);
    });

    it.each([
      ['callPurposes', 'callPurpose', 'name', 16_384],
      ['calls', 'call', 'note', 1_048_576],
    ])('Is too large for %s beyond what the longest %s can need', async (path, type, attribute, most) => {
      const start = `{"data": {"type": "${type}", "attributes": {"${attribute}": "`;
      const sized = (bytes: number) => `${start}${'x'.repeat(bytes - start.length - 4)}"}}}`;
      const before = await purposes();
      const send = (body: string) => admin.send('POST', `/${path}`, { body });

      expectError(await send(sized(most + 1)), 413, 'payloadTooLarge');
      expect((await send(sized(most))).status).toBe(422);
      expect(await purposes()).toEqual(before);
    });

    it('Is too large also in bytes that are fewer characters', async () => {
      expectError(await send(JSON.stringify({ data: '€'.repeat(400_000) })), 413, 'payloadTooLarge');
    });
  });

  describe('The request id', () => {
    const SANE = ['a', 'req-1', '0b3e6a52-6f0e-4a5e-9a52-1f6f7d9c2b11', 'Root=1-67891233-abcdef', 'x'.repeat(128)];
    const INSANE = ['', 'x'.repeat(129), 'two words', 'a"b', '<script>', 'ä', "'; drop", '\u007f', 'a,b'];

    it.each(SANE)('Is that of the caller: %s', async (id) => {
      for (const url of ['/callPurposes', '/nowhere', '/callPurposes/%zz', '/callPurposes?nonsense=1']) {
        expect((await admin.get(url, { 'x-request-id': id })).headers['x-request-id']).toBe(id);
      }
    });

    it.each(INSANE)('Is not that of the caller when it is no sane one: %j', async (id) => {
      const answers = await Promise.all([1, 2].map(() => admin.get('/callPurposes', { 'x-request-id': id })));
      const given = answers.map(({ headers }) => String(headers['x-request-id']));

      for (const made of given) expect(made).toMatch(/^[\w-]{16,}$/);
      expect(given[0]).not.toBe(given[1]);
    });

    it('Is on answers without a document too', async () => {
      const deleted = await admin.delete(`/callPurposes/${await makePurpose(service)}`, { 'x-request-id': 'gone' });

      expect(deleted.headers['x-request-id']).toBe('gone');
      expect((await service.anonymous.get('/calls')).headers['x-request-id']).toMatch(/^[\w-]{16,}$/);
    });
  });
});
