import { type KeyObject, createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jwt, { type Algorithm } from 'jsonwebtoken';
import { type Service, build } from '../helper/build.js';
import type { Answer } from '../helper/client.js';
import { expectUnauthorized } from '../helper/expectations.js';
import { claims, encoded, handmadeToken, secondsFromNow, tokenOf } from '../helper/tokens.js';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

const rsaKeys = rsa();
const ecKeys = ec('P-256');
const strangers = { rsa: rsa(), ec: ec('P-256'), p384: ec('P-384') };

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const signed = (algorithm: Algorithm, key: KeyObject, changes = {}): string =>
  jwt.sign(claims(changes), key, { algorithm, noTimestamp: true });

let service: Service;
const withToken = (token: string): Promise<Answer> =>
  service.anonymous.get('/callPurposes', { authorization: `Bearer ${token}` });

const KEYS = [
  { family: 'RSA', publicKey: rsaKeys.publicKey, pem: pemOf(rsaKeys.publicKey) },
  { family: 'P-256', publicKey: ecKeys.publicKey, pem: pemOf(ecKeys.publicKey).replaceAll('\n', '\\n') },
];

describe.each(KEYS)('Where the public key is $family', ({ family, publicKey, pem }) => {
  const [own, ownAlgorithm, stranger] =
    family === 'RSA'
      ? ([rsaKeys.privateKey, 'RS256', strangers.rsa.privateKey] as const)
      : ([ecKeys.privateKey, 'ES256', strangers.ec.privateKey] as const);
  const [other, otherAlgorithm] =
    family === 'RSA' ? ([ecKeys.privateKey, 'ES256'] as const) : ([rsaKeys.privateKey, 'RS256'] as const);

  beforeAll(async () => {
    service = await build({ JWT_SECRET: '', JWT_PUBLIC_KEY: pem });
  });
  afterAll(() => service.close());

  it('Accepts a token signed with its private key', async () => {
    expect((await withToken(signed(ownAlgorithm, own))).status).toBe(200);
  });

  it('Makes a user of the claims', async () => {
    await withToken(signed(ownAlgorithm, own, { sub: 'grace', name: 'Grace' }));

    expect(await service.sql('select name from api_user where subject = ?', ['grace'])).toEqual([{ name: 'Grace' }]);
  });

  it.each([
    ['has expired', { exp: secondsFromNow(-90) }, 'expired'],
    ['has no exp', { exp: undefined }, 'not valid'],
    ['has no sub', { sub: undefined }, 'not valid'],
  ])('Refuses a well-signed token that %s', async (_, changes, as) => {
    expectUnauthorized(await withToken(signed(ownAlgorithm, own, changes)), { sent: true, as });
  });

  it('Refuses a token signed with the private key of a stranger', async () => {
    expectUnauthorized(await withToken(signed(ownAlgorithm, stranger)), { sent: true });
  });

  it('Refuses the other family, also when the signature holds', async () => {
    expectUnauthorized(await withToken(signed(otherAlgorithm, other)), { sent: true });
    expectUnauthorized(await withToken(signed('ES384', strangers.p384.privateKey)), { sent: true });
  });

  it('Refuses a signature that another algorithm is named for', async () => {
    const [, payload, signature] = signed(ownAlgorithm, own).split('.');
    for (const alg of [otherAlgorithm, 'HS256', 'none']) {
      expectUnauthorized(await withToken([encoded({ alg }), payload, signature].join('.')), { sent: true });
    }
  });

  it('Refuses a token without a signature', async () => {
    expectUnauthorized(await withToken(`${encoded({ alg: 'none' })}.${encoded(claims())}.`), { sent: true });
  });

  it.each<[string, string | Buffer]>([
    ['the PEM', pemOf(publicKey)],
    ['the PEM as the environment has it', pem],
    ['the PEM without the line break at its end', pemOf(publicKey).trimEnd()],
    ['the body of the PEM', pemOf(publicKey).replaceAll(/-----.*?-----|\n/g, '')],
    ['the DER', publicKey.export({ type: 'spki', format: 'der' })],
    ['the JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
  ])('Refuses an HS256 token with %s of the public key as its secret', async (_, secret) => {
    const payload = claims({ roles: ['admin'] });

    expectUnauthorized(await withToken(handmadeToken({ alg: 'HS256', typ: 'JWT' }, payload, { secret })), {
      sent: true,
    });
    expectUnauthorized(await withToken(handmadeToken({ alg: 'HS512' }, payload, { secret, hash: 'sha512' })), {
      sent: true,
    });
  });

  it('Refuses a token that only names the algorithm and holds an HMAC', async () => {
    const text = `${encoded({ alg: ownAlgorithm })}.${encoded(claims())}`;
    const hmac = createHmac('sha256', pemOf(publicKey)).update(text).digest('base64url');

    expectUnauthorized(await withToken(`${text}.${hmac}`), { sent: true });
  });

  it('Refuses a token signed with a secret, having none', async () => {
    expectUnauthorized(await withToken(tokenOf()), { sent: true });
    expectUnauthorized(await withToken(handmadeToken({ alg: 'HS256' }, claims(), { secret: '' })), { sent: true });
  });
});
