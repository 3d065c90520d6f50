import { generateKeyPairSync, sign } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { passTime } from '../helper/clock.js';
import { ProviderServer, answering, keySet, packed, publicJwk } from '../helper/identity-provider.js';
import { KEYS, KeySetTrial, ec, late, rsa, signed, stranger } from '../helper/key-set-trial.js';

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(10_000);
}

const trial = new KeySetTrial();
const { read, statusOf } = trial;

describe('Without a usable key set', () => {
  beforeAll(async () => {
    trial.answer = answering('not yet', 500);
    await trial.start();
  });
  afterAll(() => trial.end());
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
    trial.answer = listener;
    const token = signed({ kid: 'ec' });
    const refused = await read(token);

    expect(refused.errors[0]).toMatchObject({ status: '503', code: 'serviceUnavailable' });
    expect(refused.headers['retry-after']).toBe('10');
  });

  it.each([301, 302, 303, 307, 308])(
    'Answers 503 when it is said to be elsewhere, with %s, and asks nobody there',
    async (status) => {
      const elsewhere = await ProviderServer.start('/keys', keySet(KEYS));
      trial.answer = (_request, response) =>
        void response.writeHead(status, { location: `${elsewhere.origin}/keys` }).end();
      expect(await statusOf(signed({ kid: 'ec' }))).toBe(503);
      await elsewhere.goAway();

      expect(elsewhere.reads).toBe(0);
    },
  );

  it('Answers 503 when it comes too slowly', async () => {
    const open: (() => void)[] = [];
    trial.answer = (_request, response) => {
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

  it.each<[string, RequestListener]>([
    ['begins with a byte order mark', answering(`\uFEFF${JSON.stringify({ keys: KEYS })}`)],
    ['has entries of other kinds', keySet([null, 7, 'key', [], {}, { kty: 'AKP', kid: 'ec' }, ...KEYS])],
    [
      'has broken keys',
      keySet([{ kty: 'EC', crv: 'P-256', kid: 'ec', x: '!', y: '?' }, { kty: 'RSA', kid: 'rsa' }, ...KEYS]),
    ],
  ])('Is good when it %s', async (_, listener) => {
    trial.answer = listener;
    expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    expect(await statusOf(signed({ kid: 'rsa', alg: 'RS256' }, rsa.privateKey))).toBe(200);
    trial.answer = keySet([publicJwk(late.publicKey, { kid: 'late' })]);
    passTime(301);
    while ((await statusOf(signed({ kid: 'ec' }))) === 200) await new Promise(setImmediate);
  });

  it('Has no RSA key of less than 2048 bits', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    trial.answer = keySet([...KEYS, publicJwk(short.publicKey, { kid: 'short' })]);
    passTime(301);
    while ((await statusOf(signed({ kid: 'ec' }))) !== 200) await new Promise(setImmediate);
    // The library that signs refuses to do it with such a key.
    const claims = { sub: 'ada', scope: 'callPurposes.read', exp: Math.floor(Date.now() / 1000) + 3_600 };
    const encoded = [{ alg: 'RS256', kid: 'short' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const signature = sign('sha256', Buffer.from(encoded.join('.')), short.privateKey).toString('base64url');
    expect(await statusOf([...encoded, signature].join('.'))).toBe(401);
  });

  it('Has a use when it has one key among a thousand', async () => {
    const others = Array.from({ length: 1_000 }, (_, n) => publicJwk(stranger.publicKey, { kid: `other ${n}` }));
    trial.answer = keySet([...others, ...KEYS]);
    expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    trial.answer = keySet([publicJwk(late.publicKey, { kid: 'late' })]);
    passTime(301);
    while ((await statusOf(signed({ kid: 'ec' }))) === 200) await new Promise(setImmediate);
  });

  it('Is not for ever: the keys are good as soon as there are some, and stay so', async () => {
    trial.answer = keySet(KEYS);
    const token = signed({ kid: 'ec' });
    expect(await statusOf(token)).toBe(200);

    for (const [, listener] of cases.slice(0, 4)) {
      trial.answer = listener;
      passTime(100);
      expect(await statusOf(signed({ kid: 'unknown' }))).toBe(503);
      expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    }
  });

  it('The keys that were there are good for an hour, and not for longer', async () => {
    trial.answer = keySet(KEYS);
    passTime(301);
    expect(await statusOf(signed({ kid: 'unknown' }))).toBe(401);
    trial.answer = answering('', 500);
    for (let minutes = 5; minutes < 55; minutes += 5) {
      passTime(300);
      expect(await statusOf(signed({ kid: 'ec' }))).toBe(200);
    }
    for (const deadline = performance.now() + 5_000; (await statusOf(signed({ kid: 'ec' }))) === 200; passTime(300)) {
      expect(performance.now()).toBeLessThan(deadline);
    }
    expect(await statusOf(signed({ kid: 'ec' }))).toBe(503);
    trial.answer = keySet(KEYS);
    passTime(301);
    while ((await statusOf(signed({ kid: 'ec' }))) !== 200) await new Promise(setImmediate);
  });
});
