import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { SECRET, type Service, build } from '../helper/build.js';
import type { Answer } from '../helper/client.js';
import { expectUnauthorized } from '../helper/expectations.js';
import { type Claims, claims, encoded, handmadeToken, secondsFromNow, tokenOf } from '../helper/tokens.js';

describe('Bearer tokens', () => {
  let service: Service;

  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  const withHeader = (authorization: string): Promise<Answer> =>
    service.anonymous.get('/callPurposes', { authorization });
  const withToken = (token: string): Promise<Answer> => withHeader(`Bearer ${token}`);
  const users = () => service.sql<{ subject: string }>('select subject from api_user order by subject');

  describe('A request without a bearer token', () => {
    it('Is told how to authenticate, and of no error', async () => {
      expectUnauthorized(await service.anonymous.get('/callPurposes'), { sent: false });
    });

    it.each([
      ['Basic credentials', `Basic ${Buffer.from('ada:secret').toString('base64')}`],
      ['Digest credentials', 'Digest username="ada"'],
      ['a token without its scheme', tokenOf()],
      ['a token under another scheme', `Token ${tokenOf()}`],
      ['the scheme alone', 'Bearer'],
      ['an empty header', ''],
    ])('Is told the same when it has %s', async (_, authorization) => {
      expectUnauthorized(await withHeader(authorization), { sent: false });
    });

    it.each(['GET', 'POST', 'PATCH', 'DELETE'] as const)('Is refused with every method, such as %s', async (method) => {
      const url = method === 'POST' ? '/callPurposes' : '/callPurposes/1';
      const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';

      expectUnauthorized(await service.anonymous.send(method, url, { body }), { sent: false });
    });

    it('Is not told whether a resource exists', async () => {
      expectUnauthorized(await service.anonymous.get('/callPurposes/999999'), { sent: false });
    });

    it('Finds no token in the query', async () => {
      expectUnauthorized(await service.anonymous.get(`/callPurposes?access_token=${tokenOf()}`), { sent: false });
    });
  });

  describe('A good token', () => {
    it('Is accepted', async () => {
      const { status, headers } = await withToken(tokenOf());

      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('www-authenticate');
    });

    it('Is accepted whatever the case of the scheme', async () => {
      expect((await withHeader(`bearer ${tokenOf()}`)).status).toBe(200);
      expect((await withHeader(`BEARER ${tokenOf()}`)).status).toBe(200);
    });

    it.each<[string, Claims]>([
      ['expired less than the tolerated 60 seconds ago', { exp: secondsFromNow(-20) }],
      ['becomes valid within the tolerated 60 seconds', { nbf: secondsFromNow(40) }],
      ['has an issuer and an audience that nobody asked for', { iss: 'https://id.example.com', aud: 'anything' }],
    ])('Is accepted when it %s', async (_, changes) => {
      expect((await withToken(tokenOf(changes))).status).toBe(200);
    });
  });

  describe('A token that does not hold', () => {
    it.each<[string, Claims]>([
      ['without exp', { exp: undefined }],
      ['without sub', { sub: undefined }],
      ['with an empty sub', { sub: '' }],
      ['with a blank sub', { sub: '  ' }],
      ['with a NUL in sub', { sub: 'a\0da' }],
      ['with half a surrogate pair in sub', { sub: 'ada\ud800' }],
    ])('Refuses a token %s', async (_, changes) => {
      const token = handmadeToken({ alg: 'HS256', typ: 'JWT' }, claims(changes));

      expectUnauthorized(await withToken(token), { sent: true });
    });

    it.each<[string, Claims, string]>([
      ['has expired', { exp: secondsFromNow(-90) }, 'expired'],
      ['expired long ago', { exp: 1 }, 'expired'],
      ['is not valid yet', { nbf: secondsFromNow(90) }, 'not yet valid'],
      ['was never valid', { nbf: secondsFromNow(90), exp: 1 }, 'not yet valid'],
    ])('Says so when it %s', async (_, changes, as) => {
      const token = handmadeToken({ alg: 'HS256', typ: 'JWT' }, claims(changes));

      expectUnauthorized(await withToken(token), { sent: true, as });
    });

    it('Says nothing of its time when it is forged', async () => {
      const forged = tokenOf({ exp: 1 }, 'another secret, also of more than 32 bytes');

      expectUnauthorized(await withToken(forged), { sent: true });
    });

    it.each<[string, unknown]>([
      ['whose sub is a number', claims({ sub: 7 })],
      ['whose sub is null', claims({ sub: null })],
      ['whose sub is an array', claims({ sub: ['ada'] })],
      ['whose exp is a text', claims({ exp: String(secondsFromNow(3600)) })],
      ['whose exp is null', claims({ exp: null })],
      ['whose nbf is a text', claims({ nbf: 'now' })],
      ['whose payload is null', null],
      ['whose payload is a number', 5],
      ['whose payload is an array', [claims()]],
      ['whose payload is a JSON text', '"ada"'],
      ['whose payload is not JSON', 'ada'],
      ['whose payload is empty', ''],
    ])('Refuses a token %s', async (_, payload) => {
      expectUnauthorized(await withToken(handmadeToken({ alg: 'HS256', typ: 'JWT' }, payload)), { sent: true });
      expectUnauthorized(await withToken(handmadeToken({ alg: 'HS256' }, payload)), { sent: true });
    });

    it('Makes no user of a token that it refuses', async () => {
      await withToken(handmadeToken({ alg: 'HS256' }, claims({ sub: 'mallory', exp: 1 })));
      await withToken(tokenOf({ sub: 'mallory' }, 'another secret, also of more than 32 bytes'));

      expect(await users()).not.toContainEqual({ subject: 'mallory' });
    });
  });

  describe('The signature', () => {
    it('Must be made with the secret of the service', async () => {
      expectUnauthorized(await withToken(tokenOf({}, 'another secret, also of more than 32 bytes')), { sent: true });
      expectUnauthorized(await withToken(tokenOf({}, `${SECRET} `)), { sent: true });
    });

    it('Must belong to the claims', async () => {
      const [header, , signature] = tokenOf().split('.');
      const forged = [header, encoded(claims({ roles: ['admin'] })), signature].join('.');

      expectUnauthorized(await withToken(forged), { sent: true });
    });

    it.each(['none', 'None', 'NONE', 'nOnE'])('Can not be done without, as the algorithm %s would', async (alg) => {
      const unsigned = `${encoded({ alg, typ: 'JWT' })}.${encoded(claims())}.`;

      expectUnauthorized(await withToken(unsigned), { sent: true });
      expectUnauthorized(await withToken(unsigned.slice(0, -1)), { sent: true });
      expectUnauthorized(await withToken(handmadeToken({ alg, typ: 'JWT' }, claims())), { sent: true });
    });

    it.each(['HS384', 'HS512'] as const)('Must be HS256, not %s', async (algorithm) => {
      const token = jwt.sign(claims(), SECRET, { algorithm, noTimestamp: true });
      const mislabelled = handmadeToken({ alg: 'HS256' }, claims(), { hash: `sha${algorithm.slice(2)}` });

      expectUnauthorized(await withToken(token), { sent: true });
      expectUnauthorized(await withToken(mislabelled), { sent: true });
    });

    it.each(['RS256', 'ES256', 'PS256', 'hs256', '', 'HS1'])('Must be HS256, not what claims to be %p', async (alg) => {
      expectUnauthorized(await withToken(handmadeToken({ alg, typ: 'JWT' }, claims())), { sent: true });
    });

    it('Is not checked with a key that the token brings along', async () => {
      const secret = Buffer.from('a key that only the token names, of more than 32 bytes');
      const header = {
        alg: 'HS256',
        typ: 'JWT',
        jwk: { kty: 'oct', k: secret.toString('base64url') },
        kid: '../../dev',
      };

      expectUnauthorized(await withToken(handmadeToken(header, claims(), { secret })), { sent: true });
    });
  });

  describe('What is no token', () => {
    it.each([
      ['a word', 'garbage'],
      ['dots', '..'],
      ['three words with dots', 'not.a.token'],
      ['JSON', '{"alg":"none"}'],
      ['a header that is not JSON', `${encoded('{alg')}.${encoded(claims())}.c2ln`],
      ['a header that is null', `${encoded('null')}.${encoded(claims())}.c2ln`],
      ['a header without algorithm', `${encoded({ typ: 'JWT' })}.${encoded(claims())}.c2ln`],
      ['a part too many', `${tokenOf()}.c2ln`],
      ['a signature cut off', tokenOf().slice(0, -1)],
      ['no signature', tokenOf().replace(/[^.]*$/, '')],
      ['two tokens with a comma', `${tokenOf()}, Bearer ${tokenOf()}`],
      ['bytes beyond ASCII', 'tökén.ÿÿÿ.ÿÿÿ'],
      ['four thousand characters', 'x'.repeat(4_000)],
    ])('Refuses %s', async (_, token) => {
      expectUnauthorized(await withToken(token), { sent: true });
    });
  });
});
