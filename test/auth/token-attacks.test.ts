import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import jwt, { type Algorithm } from 'jsonwebtoken';
import { SECRET, type Service, build } from '../helper/build.js';
import type { Answer } from '../helper/client.js';
import { stopClock } from '../helper/clock.js';
import { expectUnauthorized } from '../helper/expectations.js';
import { ProviderServer, publicJwk } from '../helper/identity-provider.js';
import { claims, encoded, handmadeToken, secondsFromNow } from '../helper/tokens.js';

describe('Attacks with tokens', () => {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const KID = 'own';

  const pem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki'): string =>
    key.export({ type, format: 'pem' }).toString();

  let provider: ProviderServer;
  let elsewhere: ProviderServer;
  let service: Service;

  const keySet = (key: KeyObject) =>
    JSON.stringify({ keys: [publicJwk(key, { kid: KID }), publicJwk(key, { kid: 'b' })] });

  beforeAll(async () => {
    provider = await ProviderServer.start('/keys', (_, response) => void response.end(keySet(own.publicKey)));
    elsewhere = await ProviderServer.start('/keys', (_, response) => void response.end(keySet(foreign.publicKey)));
  });
  afterAll(async () => {
    expect(elsewhere.reads).toBe(0);
    await Promise.all([provider.goAway(), elsewhere.goAway()]);
  });

  const withToken = (token: string): Promise<Answer> =>
    service.anonymous.get('/callPurposes', { authorization: `Bearer ${token}` });

  async function expectRefused(...tokens: string[]): Promise<void> {
    for (const token of tokens) expectUnauthorized(await withToken(token), { sent: true });
  }

  const CHECKED_BY = {
    'a secret': () => ({ JWT_SECRET: SECRET }),
    'a public key': () => ({ JWT_SECRET: '', JWT_PUBLIC_KEY: pem(own.publicKey) }),
    'the key set of a provider': () => ({ JWT_SECRET: '', JWT_JWKS_URI: `${provider.origin}/keys` }),
  };

  /** What the token's maker could hope that a public key is taken for. */
  const PUBLIC_KEY_AS_SECRET: Record<string, string | Buffer> = {
    'the PEM': pem(own.publicKey),
    'the PEM without its last line break': pem(own.publicKey).trimEnd(),
    'the PEM with the line breaks of Windows': pem(own.publicKey).replaceAll('\n', '\r\n'),
    'the PEM in one line': pem(own.publicKey).replaceAll('\n', '\\n'),
    'the PEM of PKCS #1': pem(own.publicKey, 'pkcs1'),
    'the body of the PEM': pem(own.publicKey).replaceAll(/-----.*?-----|\n/g, ''),
    'the DER': own.publicKey.export({ type: 'spki', format: 'der' }),
    'the JWK': JSON.stringify(publicJwk(own.publicKey, { kid: KID })),
    'the modulus': String(own.publicKey.export({ format: 'jwk' }).n),
    'the key set': keySet(own.publicKey),
    'the kid': KID,
    nothing: '',
  };

  const KIDS: unknown[] = [
    ...[
      '',
      '/dev/null',
      '../../../../dev/null',
      'file:///dev/null',
      "' or 1=1 --",
      "x' union select 'secret",
      '%00',
      '*',
    ],
    ...['http://127.0.0.1:1/keys', `${KID}\0`, `${KID} `, KID.toUpperCase(), '__proto__', 'constructor', '0'],
    ...['x'.repeat(8_000), null, 0, true, [KID], { toString: KID }, { kid: KID }],
  ];

  describe.each(Object.entries(CHECKED_BY))('Where tokens are checked with %s', (checkedBy, env) => {
    const [algorithm, key]: [Algorithm, KeyObject | string] =
      checkedBy === 'a secret' ? ['HS256', SECRET] : ['RS256', own.privateKey];
    const good = (changes = {}): string => jwt.sign(claims(changes), key, { algorithm, keyid: KID, noTimestamp: true });
    /** Signed with a key of the attacker's. */
    const forged = (header: object): string => {
      const all = { typ: 'JWT', kid: KID, ...header };
      if (algorithm === 'HS256') return handmadeToken({ alg: 'HS256', ...all }, claims(), { secret: 'another secret' });
      return jwt.sign(claims(), foreign.privateKey, { algorithm: 'RS256', header: { alg: 'RS256', ...all } });
    };

    beforeAll(async () => {
      service = await build(env());
    });
    afterAll(() => service.close());

    it('Lets in a good token', async () => {
      expect((await withToken(good())).status).toBe(200);
    });

    it.each(Object.entries(PUBLIC_KEY_AS_SECRET))(
      'Does not take for a secret what is public: %s',
      async (_, secret) => {
        await expectRefused(
          handmadeToken({ alg: 'HS256', typ: 'JWT', kid: KID }, claims({ roles: ['admin'] }), { secret }),
          handmadeToken({ alg: 'HS512', typ: 'JWT', kid: KID }, claims(), { secret, hash: 'sha512' }),
          handmadeToken({ alg: 'RS256', typ: 'JWT', kid: KID }, claims(), { secret }),
        );
      },
    );

    it.each(['none', 'None', 'NONE', 'none ', '', null, undefined, 0, [], ['none'], ['RS256'], {}, 'None\0'])(
      'Does not do without a signature, as the algorithm %p would',
      async (alg) => {
        const [, , signature] = good().split('.');
        const text = `${encoded({ alg, typ: 'JWT', kid: KID })}.${encoded(claims({ roles: ['admin'] }))}`;

        await expectRefused(`${text}.`, text, `${text}.${signature}`, `${text}.${encoded('none')}`);
      },
    );

    it('Refuses a good signature of other claims, another header or in another place', async () => {
      const [header, payload, signature] = good().split('.') as [string, string, string];
      const others = encoded(claims({ roles: ['admin'] }));

      await expectRefused(
        `${header}.${others}.${signature}`,
        `${encoded({ alg: algorithm, kid: KID, typ: 'JWT', x: 1 })}.${payload}.${signature}`,
        `${payload}.${header}.${signature}`,
        `${header}.${payload}.${signature}.${signature}`,
        `${header}.${payload}.${signature}AAAA`,
        `.${payload}.${signature}`,
      );
    });

    it.each(KIDS)('Is not misled by the kid %p', async (kid) => {
      const before = provider.reads;
      await expectRefused(forged({ kid }), handmadeToken({ alg: 'HS256', typ: 'JWT', kid }, claims(), { secret: '' }));
      expect(provider.reads - before).toBeLessThan(2);
    });

    it('Uses no key that the token brings along or points to', async () => {
      const url = `${elsewhere.origin}/keys`;
      const certificate = foreign.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const jwk = publicJwk(foreign.publicKey, { kid: KID });
      for (const hint of [{ jku: url }, { x5u: url }, { jwk }, { x5c: [certificate] }, { x5t: 'x', 'x5t#S256': 'x' }]) {
        await expectRefused(forged(hint), forged({ ...hint, crit: Object.keys(hint) }));
      }
      expect((await withToken(good())).status).toBe(200);
    });

    it('Does not understand what a header calls critical', async () => {
      const header = { alg: algorithm, kid: KID, crit: ['exp'], exp: 1 };
      await expectRefused(
        algorithm === 'HS256'
          ? handmadeToken(header, claims())
          : jwt.sign(claims(), key, { algorithm, header: header }),
      );
    });

    it('Lets in a large token, and refuses what is only large', async () => {
      expect((await withToken(good({ groups: 'x'.repeat(8_000) }))).status).toBe(200);
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;

      await expectRefused(
        'x'.repeat(12_000),
        '.'.repeat(12_000),
        `${encoded('{'.repeat(8_000))}.x.x`,
        `${encoded({ alg: algorithm, kid: KID })}.${encoded(deep)}.x`,
        `${encoded(`{"alg":"${algorithm}","kid":${deep}}`)}.${encoded(claims())}.x`,
        `${good().split('.').slice(0, 2).join('.')}.${'A'.repeat(8_000)}`,
      );
    });

    describe('Clocks', () => {
      beforeAll(stopClock);
      afterAll(() => void jest.useRealTimers());

      it.each([
        ['expired 59 seconds ago', { exp: -59 }, 200],
        ['expired 60 seconds ago, from which on it is no longer good', { exp: -60 }, 401],
        ['expired 61 seconds ago', { exp: -61 }, 401],
        ['is good in 60 seconds', { nbf: 60 }, 200],
        ['is good in 61 seconds', { nbf: 61 }, 401],
        ['was made in 61 seconds, which says nothing about when it is good', { iat: 61 }, 200],
      ])('May differ by 60 seconds: a token that %s', async (_, offsets, status) => {
        const changes = Object.fromEntries(
          Object.entries(offsets).map(([name, seconds]) => [name, secondsFromNow(seconds)]),
        );
        const token = good(changes);

        // The second one is not answered otherwise for being known.
        expect([(await withToken(token)).status, (await withToken(token)).status]).toEqual([status, status]);
      });
    });
  });
});
