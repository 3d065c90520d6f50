import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { TokenIssuer } from '../../src/auth/token-issuer.js';
import { TokenKey } from '../../src/auth/token-key.js';
import { readSettings } from '../../src/config/settings.js';
import { welcome } from '../../src/welcome.js';

const KEY_SET = 'https://id.example.com/keys';

const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const KEYS = {
  JWT_SECRET: 'a secret of more than the 32 bytes that it needs',
  JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  JWT_JWKS_URI: KEY_SET,
};
type Name = keyof typeof KEYS;

describe('The key that tokens are checked with', () => {
  it('May be that of an identity provider', () => {
    const { tokens } = readSettings({ JWT_JWKS_URI: KEY_SET });

    expect(tokens.key).toEqual({ kind: 'provider', keySetUrl: KEY_SET });
  });

  it.each<Name[]>([
    ['JWT_SECRET', 'JWT_PUBLIC_KEY'],
    ['JWT_SECRET', 'JWT_JWKS_URI'],
    ['JWT_PUBLIC_KEY', 'JWT_JWKS_URI'],
    ['JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'],
  ])('Is one only: not %s and %s', (first, ...others) => {
    const given = Object.fromEntries([first, ...others].filter(Boolean).map((name) => [name, KEYS[name]]));
    const faults = others.filter(Boolean).map((name) => `  - ${name} excludes ${first}: set one of them`);

    expect(() => readSettings(given)).toThrow(`The settings can't be used:\n${faults.join('\n')}`);
  });

  it('Is needed in production', () => {
    expect(() => readSettings({ NODE_ENV: 'production' })).toThrow('JWT_SECRET or JWT_PUBLIC_KEY or JWT_JWKS_URI is');
  });

  it.each<[string, Partial<typeof KEYS>, string | RegExp]>([
    ['made for the data directory', {}, /^ {2}Token {4}eyJ/m],
    ['a secret of others', { JWT_SECRET: KEYS.JWT_SECRET }, 'npm run --silent token -- --sub NAME'],
    ['a public key', { JWT_PUBLIC_KEY: KEYS.JWT_PUBLIC_KEY }, 'the owner of the private key'],
    ['of a provider', { JWT_JWKS_URI: KEY_SET }, `the identity provider with the key set ${KEY_SET}`],
  ])('That is %s: what the start says of tokens', (_, key, expected) => {
    const settings = readSettings({ ...key, DATA_DIR: 'memory:' });
    const text = welcome(settings, 'http://localhost:3000', new TokenIssuer(settings, new TokenKey(settings)));
    expect(text).toMatch(expected);
    expect(text.includes('eyJ')).toBe(expected instanceof RegExp);
  });

  it.each([
    'id.example.com/keys',
    'file:///etc/passwd',
    'ftp://id.example.com/keys',
    'data:application/json,{}',
    'http://',
    'https://user:password@id.example.com/keys',
  ])('Is not at %s', (JWT_JWKS_URI) => {
    expect(() => readSettings({ JWT_JWKS_URI })).toThrow('JWT_JWKS_URI must');
  });
});
