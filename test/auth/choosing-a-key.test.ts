import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';

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
    const { tokens } = readSettings({ JWT_JWKS_URI: KEY_SET, NODE_ENV: 'production' });

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
