import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { type Client, MEDIA_TYPE } from '../helper/client.js';
import { expectError, expectUnauthorized } from '../helper/expectations.js';
import { makePurpose, unique } from '../helper/fixtures.js';

describe('Media types', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const ATOMIC = 'https://jsonapi.org/ext/atomic';
  const PROFILE = 'https://example.com/profiles/timestamps';

  const document = () => JSON.stringify({ data: { type: 'callPurpose', attributes: { name: unique('Named') } } });
  const purposes = () => service.sql('select id, version, deleted_at from call_purpose order by id');

  it('Are asked for however the path is written', async () => {
    const url = 'http://localhost/%61pi/v2/%63allPurposes';
    const accept = `${MEDIA_TYPE}; charset=utf-8`;

    expectError(await admin.get(url, { accept }), 406, 'notAcceptable');
    const posted = await admin.send('POST', url, { body: document(), headers: { 'content-type': 'application/json' } });
    expectError(posted, 415, 'unsupportedMediaType');
    expect(posted.headers.vary).toBe('Accept');
  });

  describe('The Content-Type of a request document', () => {
    it.each([
      MEDIA_TYPE,
      `${MEDIA_TYPE};`,
      ` ${MEDIA_TYPE} `,
      MEDIA_TYPE.toUpperCase(),
      `${MEDIA_TYPE};profile="${PROFILE}"`,
      `${MEDIA_TYPE}; profile="${PROFILE} https://example.com/other"`,
      `${MEDIA_TYPE} ; PROFILE="${PROFILE}"`,
      `${MEDIA_TYPE}; profile="a;charset=utf-8"`,
    ])('May be %j', async (contentType) => {
      const made = await admin.send('POST', '/callPurposes', {
        body: document(),
        headers: { 'content-type': contentType },
      });
      const { id } = made.resource;
      const body = JSON.stringify({ data: { type: 'callPurpose', id } });
      const changed = await admin.send('PATCH', `/callPurposes/${id}`, {
        body,
        headers: { 'content-type': contentType },
      });

      expect([made.status, changed.status]).toEqual([201, 200]);
    });

    it.each([
      'application/json',
      'application/json; charset=utf-8',
      'application/json;profile="application/vnd.api+json"',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '*/*',
      'application/*',
      'vnd.api+json',
      `${MEDIA_TYPE}x`,
      `${MEDIA_TYPE}, application/json`,
      `${MEDIA_TYPE}; charset=utf-8`,
      `${MEDIA_TYPE};charset="utf-8"`,
      `${MEDIA_TYPE};CHARSET=UTF-8`,
      `${MEDIA_TYPE};profile="${PROFILE}";charset=utf-8`,
      `${MEDIA_TYPE};q=1`,
      `${MEDIA_TYPE};version=1.1`,
      `${MEDIA_TYPE};ext="${ATOMIC}"`,
      `${MEDIA_TYPE};EXT="${ATOMIC}"`,
      `${MEDIA_TYPE};ext=${ATOMIC}`,
      `${MEDIA_TYPE};profile="${PROFILE}";ext="${ATOMIC}"`,
      '',
      ';',
      'garbage',
      '"',
    ])('Must not be %j', async (contentType) => {
      const before = await purposes();
      const headers = { 'content-type': contentType };
      const made = await admin.send('POST', '/callPurposes', { body: document(), headers });
      const changed = await admin.send('PATCH', '/callPurposes/1', { body: document(), headers });

      expect(expectError(made, 415, 'unsupportedMediaType').source).toEqual({ header: 'Content-Type' });
      expectError(changed, 415, 'unsupportedMediaType');
      expect(made.headers).toMatchObject({ accept: MEDIA_TYPE });
      expect(changed.headers).toMatchObject({ 'accept-patch': MEDIA_TYPE });
      for (const name of ['accept-encoding', 'accept-patch']) expect(made.headers).not.toHaveProperty(name);
      for (const name of ['accept-encoding', 'accept']) expect(changed.headers).not.toHaveProperty(name);
      expect(await purposes()).toEqual(before);
    });

    it('Must be there', async () => {
      const { app } = service;
      const { statusCode, body } = await app.inject({
        method: 'POST',
        url: '/api/v2/callPurposes',
        headers: { authorization: `Bearer ${admin.token}` },
        payload: Buffer.from(document()),
      });

      expect(statusCode).toBe(415);
      expect(JSON.parse(body)).toMatchObject({ errors: [{ code: 'unsupportedMediaType', status: '415' }] });
    });

    it('Is checked before the token is', async () => {
      const answer = await service.anonymous.send('POST', '/callPurposes', {
        body: document(),
        headers: { 'content-type': 'application/json' },
      });

      expectError(answer, 415, 'unsupportedMediaType');
      expect(answer.headers).not.toHaveProperty('www-authenticate');
      expectUnauthorized(await service.anonymous.send('POST', '/callPurposes', { body: document() }), { sent: false });
    });

    it.each(['POST', 'PATCH'] as const)('Is not what is wrong with a %s without a body', async (method) => {
      const url = method === 'POST' ? '/callPurposes' : '/callPurposes/1';
      for (const headers of [{}, { 'content-type': MEDIA_TYPE }, { 'content-type': 'application/json' }]) {
        expectError(await admin.send(method, url, { headers: headers as Record<string, string> }), 400, 'badRequest');
      }
    });

    it.each([MEDIA_TYPE, `${MEDIA_TYPE}; charset=utf-8`, 'application/json', 'text/plain', 'garbage', ''])(
      'May be %j on a GET, which has no document',
      async (contentType) => {
        expect((await admin.get('/callPurposes', { 'content-type': contentType })).status).toBe(200);
        expect((await admin.get('/callPurposes/1', { 'content-type': contentType })).status).toBe(200);
      },
    );

    it.each([MEDIA_TYPE, `${MEDIA_TYPE}; charset=utf-8`, 'application/json', 'text/plain', 'garbage', ''])(
      'May be %j on a DELETE, with a body or without',
      async (contentType) => {
        for (const body of [undefined, '', '{}', 'not JSON']) {
          const url = `/callPurposes/${await makePurpose(service)}`;
          const { status, text } = await admin.send('DELETE', url, { headers: { 'content-type': contentType }, body });
          expect({ status, text, body }).toEqual({ status: 204, text: '', body });
        }
      },
    );
  });

  describe('The Accept header', () => {
    it.each([
      MEDIA_TYPE,
      '*/*',
      'application/*',
      'application/json',
      'text/html',
      'text/html, application/json;q=0.9, */*;q=0.1',
      'application/json; charset=utf-8',
      MEDIA_TYPE.toUpperCase(),
      `${MEDIA_TYPE};`,
      `${MEDIA_TYPE};q=0.5`,
      `${MEDIA_TYPE}; Q=0.5`,
      `${MEDIA_TYPE};profile="${PROFILE}"`,
      `${MEDIA_TYPE};profile="${PROFILE}";q=0.8`,
      `${MEDIA_TYPE};profile="a, b;c"`,
      `${MEDIA_TYPE};charset=utf-8, ${MEDIA_TYPE}`,
      `${MEDIA_TYPE}, ${MEDIA_TYPE};charset=utf-8`,
      `${MEDIA_TYPE};ext="${ATOMIC}",${MEDIA_TYPE};q=0.1`,
      `${MEDIA_TYPE};ext="${ATOMIC}", text/html, ${MEDIA_TYPE};profile="${PROFILE}"`,
      `text/html; note="${MEDIA_TYPE};charset=utf-8"`,
      `text/html; note="\\", ${MEDIA_TYPE};charset=utf-8"`,
      `${MEDIA_TYPE}x; charset=utf-8`,
      `x${MEDIA_TYPE}; charset=utf-8`,
      '',
      ', ,',
      ';;;"',
    ])('May be %j', async (accept) => {
      const { status, headers } = await admin.get('/callPurposes', { accept });

      expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: MEDIA_TYPE });
    });

    it.each([
      `${MEDIA_TYPE};charset=utf-8`,
      `${MEDIA_TYPE}; charset="utf-8"`,
      MEDIA_TYPE.toUpperCase() + ';CHARSET=UTF-8',
      `${MEDIA_TYPE};version=1`,
      `${MEDIA_TYPE};charset=utf-8;q=0.5`,
      `${MEDIA_TYPE};q=0.5;charset=utf-8`,
      `${MEDIA_TYPE};charset=utf-8, ${MEDIA_TYPE};charset=ascii`,
      `${MEDIA_TYPE};charset=utf-8, */*`,
      `*/*;q=0.1, ${MEDIA_TYPE};charset=utf-8`,
      `application/json, ${MEDIA_TYPE};charset=utf-8`,
      `${MEDIA_TYPE};ext="${ATOMIC}"`,
      `${MEDIA_TYPE};ext="${ATOMIC}";profile="${PROFILE}"`,
      `${MEDIA_TYPE};ext="${ATOMIC}", ${MEDIA_TYPE};charset=utf-8`,
      `${MEDIA_TYPE};charset="x, ${MEDIA_TYPE}"`,
      `text/html; note="x, ${MEDIA_TYPE}", ${MEDIA_TYPE};charset=utf-8`,
    ])('Must not be %j', async (accept) => {
      const answer = await admin.get('/callPurposes', { accept });

      expect(expectError(answer, 406, 'notAcceptable').source).toEqual({ header: 'Accept' });
      expect(answer.headers['content-type']).toBe(MEDIA_TYPE);
    });

    it('Is checked before anything is written', async () => {
      const before = await purposes();
      const accept = { accept: `${MEDIA_TYPE};charset=utf-8` };
      const answers = [
        await admin.send('POST', '/callPurposes', { body: document(), headers: accept }),
        await admin.patch('/callPurposes/1', { type: 'callPurpose', id: '1', attributes: { order: 99 } }, accept),
      ];

      for (const answer of answers) expectError(answer, 406, 'notAcceptable');
      expect(await purposes()).toEqual(before);
    });

    it('Is checked before the token is', async () => {
      const answer = await service.anonymous.get('/callPurposes', { accept: `${MEDIA_TYPE};charset=utf-8` });

      expectError(answer, 406, 'notAcceptable');
    });
  });

  describe('What is not there', () => {
    it.each([
      ['POST', '/nowhere', 404],
      ['PATCH', '/callPurposes', 405],
      ['PUT', '/callPurposes/1', 405],
    ] as const)('Has no media types to be wrong about: %s %s', async (method, url, expected) => {
      const headers = { accept: 'application/vnd.api+json;charset=utf-8', 'content-type': 'text/plain' };
      const { status } = await service.as('ada').send(method, url, { headers, body: 'x' });

      expect(status).toBe(expected);
    });
  });
});
