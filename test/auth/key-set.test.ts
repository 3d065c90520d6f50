import { type KeyObject, createHmac, generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import jwt, { type JwtHeader } from 'jsonwebtoken';
import { type Service, build } from '../helper/build.js';
import { type Answer, Client } from '../helper/client.js';
import { passTime, stopClock } from '../helper/clock.js';
import { ProviderServer, answering, keySet, later, packed, publicJwk } from '../helper/identity-provider.js';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const onlyPs256 = generateKeyPairSync('rsa', { modulusLength: 2048 });
const edwards = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const late = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const KEYS = [
  publicJwk(ec.publicKey, { kid: 'ec' }),
  publicJwk(p384.publicKey, { kid: 'p384', use: 'sig' }),
  publicJwk(rsa.publicKey, { kid: 'rsa' }),
  publicJwk(onlyPs256.publicKey, { kid: 'ps256', alg: 'PS256' }),
  publicJwk(stranger.publicKey, { kid: 'encryption', use: 'enc' }),
  publicJwk(edwards.publicKey, { kid: 'edwards' }),
  { kty: 'oct', k: Buffer.from('a secret of the provider').toString('base64url'), kid: 'secret' },
];

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(10_000);
}

let answer = keySet(KEYS);
let provider: ProviderServer;
let service: Service;

let subjects = 0;

function signed(header: Partial<JwtHeader>, key: KeyObject = ec.privateKey): string {
  const [alg = 'ES256'] = [header.alg];
  // A subject of its own keeps the token from being remembered.
  const claims = { sub: `user ${subjects++}`, scope: 'callPurposes.read', exp: Math.floor(Date.now() / 1000) + 36_000 };
  return jwt.sign(claims, key, { algorithm: alg as 'ES256', header: { alg, ...header } });
}

const read = (token: string): Promise<Answer> => new Client(service.app, token).get('/callPurposes');
const statusOf = async (token: string): Promise<number> => (await read(token)).status;

async function start(): Promise<void> {
  stopClock();
  provider = await ProviderServer.start('/keys?of=calls', (request, response) => answer(request, response));
  service = await build({ JWT_SECRET: '', JWT_JWKS_URI: `${provider.origin}/keys?of=calls` });
}

async function end(): Promise<void> {
  await service.close();
  await provider.goAway();
  jest.useRealTimers();
}

describe('A key set', () => {
  beforeAll(start);
  afterAll(end);

  it.each<[string, string, KeyObject]>([
    ['ES256', 'ec', ec.privateKey],
    ['ES384', 'p384', p384.privateKey],
    ['RS256', 'rsa', rsa.privateKey],
    ['RS512', 'rsa', rsa.privateKey],
    ['PS256', 'rsa', rsa.privateKey],
    ['PS256', 'ps256', onlyPs256.privateKey],
  ])('Has a key for %s tokens with the kid %s', async (alg, kid, key) => {
    expect(await statusOf(signed({ alg, kid }, key))).toBe(200);
  });

  it.each<[string, string, string | undefined, KeyObject]>([
    ['an elliptic curve token with the kid of an RSA key', 'ES256', 'rsa', ec.privateKey],
    ['an RSA token with the kid of an elliptic curve key', 'RS256', 'ec', rsa.privateKey],
    ['a token with the kid of another curve', 'ES256', 'p384', ec.privateKey],
    ['another algorithm than the one that the key is for', 'RS256', 'ps256', onlyPs256.privateKey],
    ['the key of a stranger', 'ES256', 'ec', stranger.privateKey],
    ['a key that is for encryption', 'ES256', 'encryption', stranger.privateKey],
    ['a token without a kid', 'ES256', undefined, ec.privateKey],
  ])('Does not let in %s', async (_, alg, kid, key) => {
    expect(await statusOf(signed({ alg, ...(kid && { kid }) }, key))).toBe(401);
  });

  it.each([
    ['of a public key', 'rsa', rsa.publicKey.export({ type: 'spki', format: 'pem' })],
    ['in the key set', 'secret', 'a secret of the provider'],
  ])('Is no source of secrets for HS256 tokens: %s', async (_, kid, secret) => {
    const text = [
      { alg: 'HS256', kid },
      { sub: 'mallory', exp: Date.now(), scope: 'callPurposes.all' },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createHmac('sha256', secret).update(text).digest('base64url');

    expect(await statusOf(`${text}.${signature}`)).toBe(401);
  });

  // Every five minutes it is read anyway, which is not before the last of these.
  it('Is read a few times only for the sake of kids that it lacks', async () => {
    passTime(60);
    const before = provider.reads;
    for (let junk = 0; junk < 40; junk++) expect(await statusOf(signed({ kid: `junk ${junk}` }))).toBe(401);
    expect(provider.reads - before).toBe(5);

    passTime(10);
    for (let junk = 0; junk < 40; junk++) expect(await statusOf(signed({ kid: `junk ${junk}` }))).toBe(401);
    expect(provider.reads - before).toBe(6);
  });

  it('Is read once for all who wait for it', async () => {
    passTime(60);
    const before = provider.reads;
    const atOnce = answer;
    answer = later(atOnce, 100);
    const tokens = Array.from({ length: 20 }, (_, index) => signed({ kid: `waiting ${index}` }));
    await Promise.all(tokens.map(statusOf));
    expect(provider.reads - before).toBe(1);
    answer = atOnce;
  });

  it('Is not read for what is no token or has a known kid', async () => {
    passTime(60);
    const before = provider.reads;
    for (const token of ['a.b.c', 'x', signed({}), signed({ kid: 'ec' }, stranger.privateKey), signed({ kid: 'rsa' })])
      expect(await statusOf(token)).toBe(401);

    expect(provider.reads - before).toBe(0);
  });

  it('Is read now and then, so that withdrawn keys are forgotten and tokens signed with them too', async () => {
    // To where it is read, and until that has ended.
    const reads = provider.reads;
    passTime(110);
    while (provider.reads === reads) await new Promise(setImmediate);
    expect(await statusOf(signed({ kid: 'unknown' }))).toBe(401);

    const token = signed({ kid: 'ec' });
    expect(await statusOf(token)).toBe(200);
    answer = keySet([publicJwk(late.publicKey, { kid: 'late' })]);
    expect(await statusOf(token)).toBe(200);
    const before = provider.reads;
    // Less than a minute later, so that the token is still remembered.
    passTime(299);
    const again = signed({ kid: 'ec' });
    expect(await statusOf(again)).toBe(200);
    passTime(2);
    while (provider.reads === before || (await statusOf(again)) === 200) await new Promise(setImmediate);

    expect(await statusOf(again)).toBe(401);
    expect(await statusOf(signed({ kid: 'late' }, late.privateKey))).toBe(200);
    answer = keySet(KEYS);
  });
});

describe('Without a usable key set', () => {
  beforeAll(async () => {
    answer = answering('not yet', 500);
    await start();
  });
  afterAll(end);
  beforeEach(() => void passTime(100));

  const cases: [string, RequestListener][] = [
    ['a failure', answering('', 500)],
    ['nothing', answering('')],
    ['a page', answering('<html></html>')],
    ['other JSON', answering('[]')],
    ['other keys', answering('{"keys": "none"}')],
    ['no keys', keySet([])],
    ['rubbish for keys', keySet([null, 1, 'key'])],
    ['keys that are of no use', keySet([KEYS.at(-1), KEYS.at(-2), { kty: 'RSA', kid: 'ec' }])],
    ['only private halves', keySet([{ ...ec.privateKey.export({ format: 'jwk' }), kid: 'ec' }])],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: '/other' }).end()],
    ['too much', answering(JSON.stringify({ keys: KEYS, more: 'x'.repeat(600_000) }))],
    ['something without end', (_request, response) => Readable.from(endless()).pipe(response)],
    ['a little that unpacks to too much', packed],
    ['nesting without end', answering(`{"keys":${'['.repeat(250_000)}`)],
    ['a broken connection', (request) => void request.socket.destroy()],
  ];

  it.each(cases)('Answers 503 when there is %s', async (_, listener) => {
    answer = listener;
    const token = signed({ kid: 'ec' });
    const refused = await read(token);

    expect(refused.errors[0]).toMatchObject({ status: '503', code: 'serviceUnavailable' });
    expect(refused.headers['retry-after']).toBe('10');
  });

  it.each([301, 302, 303, 307, 308])(
    'Answers 503 when it is said to be elsewhere, with %s, and asks nobody there',
    async (status) => {
      const elsewhere = await ProviderServer.start('/keys', keySet(KEYS));
      answer = (_request, response) => void response.writeHead(status, { location: `${elsewhere.origin}/keys` }).end();
      expect(await statusOf(signed({ kid: 'ec' }))).toBe(503);
      await elsewhere.goAway();

      expect(elsewhere.reads).toBe(0);
    },
  );

  it('Answers 503 when it comes too slowly', async () => {
    const open: (() => void)[] = [];
    answer = (_request, response) => {
      const dripping = setTimeout(function drip() {
        response.write(' ');
        dripping.refresh();
      }, 100);
      open.push(() => (clearTimeout(dripping), response.end()));
    };
    const before = performance.now();
    expect(await statusOf(signed({ kid: 'ec' }))).toBe(503);

    expect(performance.now() - before).toBeLessThan(10_000);
    for (const close of open) close();
  });

  it('Answers 401 to what names no key', async () => {
    expect(await statusOf(signed({}))).toBe(401);
    expect(await statusOf('rubbish')).toBe(401);
    expect(await statusOf(jwt.sign({ sub: 'mallory' }, 'secret', { keyid: 'ec' }))).toBe(401);
  });

  it('Has a use when it has one key among a thousand', async () => {
    const others = Array.from({ length: 1_000 }, (_, n) => publicJwk(stranger.publicKey, { kid: `other ${n}` }));
    answer = keySet([...others, ...KEYS]);
    expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    answer = keySet([publicJwk(late.publicKey, { kid: 'late' })]);
    passTime(301);
    while ((await statusOf(signed({ kid: 'ec' }))) === 200) await new Promise(setImmediate);
  });

  it('Is not for ever: the keys are good as soon as there are some, and stay so', async () => {
    answer = keySet(KEYS);
    const token = signed({ kid: 'ec' });
    expect(await statusOf(token)).toBe(200);

    for (const [, listener] of cases.slice(0, 4)) {
      answer = listener;
      passTime(100);
      expect(await statusOf(signed({ kid: 'unknown' }))).toBe(503);
      expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    }
  });
});
