import { type KeyObject, createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { passTime } from '../helper/clock.js';
import { keySet, later, publicJwk } from '../helper/identity-provider.js';
import { KEYS, KeySetTrial, ec, late, onlyPs256, p384, rsa, signed, stranger } from '../helper/key-set-trial.js';

const trial = new KeySetTrial();
const { statusOf } = trial;

describe('A key set', () => {
  beforeAll(() => trial.start());
  afterAll(() => trial.end());

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
    const before = trial.provider.reads;
    for (let junk = 0; junk < 40; junk++) expect(await statusOf(signed({ kid: `junk ${junk}` }))).toBe(401);
    expect(trial.provider.reads - before).toBe(5);

    passTime(10);
    for (let junk = 0; junk < 40; junk++) expect(await statusOf(signed({ kid: `junk ${junk}` }))).toBe(401);
    expect(trial.provider.reads - before).toBe(6);
  });

  it('Is read once for all who wait for it', async () => {
    passTime(60);
    const before = trial.provider.reads;
    const atOnce = trial.answer;
    trial.answer = later(atOnce, 100);
    const tokens = Array.from({ length: 20 }, (_, index) => signed({ kid: `waiting ${index}` }));
    await Promise.all(tokens.map(statusOf));
    expect(trial.provider.reads - before).toBe(1);
    trial.answer = atOnce;
  });

  it('Is not read for what is no token or has a known kid', async () => {
    passTime(60);
    const before = trial.provider.reads;
    for (const token of ['a.b.c', 'x', signed({}), signed({ kid: 'ec' }, stranger.privateKey), signed({ kid: 'rsa' })])
      expect(await statusOf(token)).toBe(401);

    expect(trial.provider.reads - before).toBe(0);
  });

  it('Is read now and then, so that withdrawn keys are forgotten and tokens signed with them too', async () => {
    // To where it is read, and until that has ended.
    const reads = trial.provider.reads;
    passTime(110);
    while (trial.provider.reads === reads) await new Promise(setImmediate);
    expect(await statusOf(signed({ kid: 'unknown' }))).toBe(401);

    const token = signed({ kid: 'ec' });
    expect(await statusOf(token)).toBe(200);
    trial.answer = keySet([publicJwk(late.publicKey, { kid: 'late' })]);
    expect(await statusOf(token)).toBe(200);
    const before = trial.provider.reads;
    // Less than a minute later, so that the token is still remembered.
    passTime(299);
    const again = signed({ kid: 'ec' });
    expect(await statusOf(again)).toBe(200);
    passTime(2);
    while (trial.provider.reads === before || (await statusOf(again)) === 200) await new Promise(setImmediate);

    expect(await statusOf(again)).toBe(401);
    expect(await statusOf(signed({ kid: 'late' }, late.privateKey))).toBe(200);
    trial.answer = keySet(KEYS);
  });
});
