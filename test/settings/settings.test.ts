import { generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Settings, readSettings } from '../../src/config/settings.js';
import { type Variables, expectOneFault, faultsOf } from '../helper/settings.js';

const STRONG = 'x'.repeat(32);

const PRODUCTION = { NODE_ENV: 'production', DATA_DIR: '/data' };

const pem = (type: 'rsa' | 'ed25519' | 'ec', namedCurve = 'P-256'): string => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve })
        : generateKeyPairSync('ed25519');
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
};

const RSA = pem('rsa');

describe('Without any variable', () => {
  it('The settings are those for development', () => {
    const settings = readSettings({});
    const { trustProxy, ...http } = settings.http;

    expect(http).toEqual({ port: 3000, host: '0.0.0.0', publicUrl: null, trustProxyHeaders: 'x-forwarded' });
    expect(trustProxy('127.0.0.1', 0)).toBe(false);
    expect(settings).toMatchObject({
      production: false,
      database: { kind: 'embedded', directory: resolve('data') },
      dataDirectory: resolve('data'),
      resourceIdFormat: 'string',
      logLevel: 'info',
    });
    expect(settings.tokens).toEqual({
      key: { kind: 'development' },
      issuer: undefined,
      audience: undefined,
      rolesClaim: 'roles',
      adminRole: 'admin',
    });
  });

  it('The same holds for variables that are empty or blank', () => {
    const names = ['PORT', 'HOST', 'DATABASE_URL', 'DATA_DIR', 'JWT_SECRET', 'JWT_PUBLIC_KEY', 'JWT_JWKS_URI'];
    const more = [
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'JWT_ROLES_CLAIM',
      'JWT_ADMIN_ROLE',
      'PUBLIC_URL',
      'TRUST_PROXY',
      'TRUST_PROXY_HEADERS',
      'CORS_ORIGINS',
    ];
    const rest = ['RESOURCE_ID_FORMAT', 'RATE_LIMIT', 'REDIS_URL', 'LOG_LEVEL', 'NODE_ENV'];
    const all = (value: string) =>
      readSettings(Object.fromEntries([...names, ...more, ...rest].map((name) => [name, value])));
    const plain = (settings: Settings) => JSON.stringify(settings);

    expect(plain(all(''))).toBe(plain(readSettings({})));
    expect(plain(all('  '))).toBe(plain(readSettings({})));
  });

  it('Variables of others are nobody’s business', () => {
    expect(faultsOf({ PATH: '/bin', npm_config_yes: 'true', JWT_UNKNOWN: 'x' })).toEqual([]);
  });
});

describe('The address', () => {
  it('Is what the variables say', () => {
    expect(readSettings({ PORT: '8080', HOST: '127.0.0.1' }).http).toMatchObject({ port: 8080, host: '127.0.0.1' });
    expect(readSettings({ PORT: '0' }).http.port).toBe(0);
    expect(readSettings({ PORT: '65535' }).http.port).toBe(65535);
  });

  it.each(['http', '-1', '65536', '3000.5', '0x10', '1e3', '3000 4000'])('Has no port %s', (port) => {
    expectOneFault({ PORT: port }, 'PORT');
  });

  it.each([
    ['https://calls.example.com', 'https://calls.example.com'],
    ['https://calls.example.com/', 'https://calls.example.com'],
    ['http://calls.example.com:8080/purposes//', 'http://calls.example.com:8080/purposes'],
  ])('Is published as %s', (url, expected) => {
    expect(readSettings({ PUBLIC_URL: url }).http.publicUrl).toBe(expected);
  });

  it.each([
    'calls.example.com',
    '/purposes',
    'ftp://calls.example.com',
    'javascript:alert(1)',
    'https://',
    'https://calls.example.com?x=1',
    'https://calls.example.com/#x',
    'https://calls.example.com/?',
    'https://calls.example.com/a b',
    'https://ada@calls.example.com',
    'https://ada:secret@calls.example.com',
  ])('Is not published as %s', (url) => {
    expectOneFault({ PUBLIC_URL: url }, 'PUBLIC_URL');
  });
});

describe('The key of the tokens', () => {
  it('May be a secret or a public key', () => {
    expect(readSettings({ JWT_SECRET: 'short' }).tokens.key).toEqual({ kind: 'secret', secret: 'short' });
    expect(readSettings({ JWT_PUBLIC_KEY: RSA }).tokens.key.kind).toBe('public');
    const oneLine = RSA.trim().replaceAll('\n', '\\n');
    expect(readSettings({ JWT_PUBLIC_KEY: oneLine }).tokens.key).toEqual({ kind: 'public', pem: RSA.trim() });
    for (const curve of ['P-256', 'P-384', 'P-521']) expect(faultsOf({ JWT_PUBLIC_KEY: pem('ec', curve) })).toEqual([]);
  });

  it('Is not two', () => {
    const [fault, ...others] = faultsOf({ JWT_SECRET: STRONG, JWT_PUBLIC_KEY: RSA });

    expect(others).toEqual([]);
    expect(fault).toContain('JWT_SECRET');
    expect(fault).toContain('JWT_PUBLIC_KEY');
  });

  it.each([
    ['a word', 'key'],
    ['a PEM cut off', RSA.slice(0, 100)],
    ['a PEM of garbage', '-----BEGIN PUBLIC KEY-----\nZ2FyYmFnZQ==\n-----END PUBLIC KEY-----\n'],
    ['a key that is good for no algorithm here', pem('ed25519')],
    ['a key on another curve', pem('ec', 'secp256k1')],
  ])('Is not %s', (_, key) => {
    expectOneFault({ JWT_PUBLIC_KEY: key }, 'JWT_PUBLIC_KEY');
  });

  it.each<[string, Variables]>([
    ['in production', PRODUCTION],
    ['with a database server', { DATABASE_URL: 'postgresql://db/purposes' }],
  ])('Is a strong one %s', (_, variables) => {
    expectOneFault({ ...variables, JWT_SECRET: 'x'.repeat(31) }, 'JWT_SECRET');
    expectOneFault({ ...variables, JWT_SECRET: `${' '.repeat(20)}${'x'.repeat(31)}\n` }, 'JWT_SECRET');
    for (const JWT_SECRET of [STRONG, 'é'.repeat(16)])
      expect(readSettings({ ...variables, JWT_SECRET }).tokens.key.kind).toBe('secret');
  });

  it('Is needed in production', () => {
    expectOneFault(PRODUCTION, 'JWT_SECRET');
    expectOneFault({ ...PRODUCTION, JWT_SECRET: '' }, 'JWT_SECRET');
    expect(readSettings({ ...PRODUCTION, JWT_PUBLIC_KEY: RSA }).production).toBe(true);
  });

  it('From a provider is fetched safely in production, and its tokens are those of this service', () => {
    const given = {
      ...PRODUCTION,
      JWT_JWKS_URI: 'https://id.example.com/keys',
      JWT_ISSUER: 'https://id.example.com',
      JWT_AUDIENCE: 'purposes',
    };
    expect(readSettings(given).tokens).toMatchObject({ audience: 'purposes', issuer: 'https://id.example.com' });
    expect(readSettings({ ...given, JWT_AUDIENCE: 'any' }).tokens.audience).toBeUndefined();
    expectOneFault({ ...given, JWT_AUDIENCE: '' }, 'JWT_AUDIENCE');
    expectOneFault({ ...given, JWT_ISSUER: '' }, 'JWT_ISSUER');
    for (const host of ['id.example.com', '10.0.0.7', 'localhost.example.com', '127.0.0.1.example.com'])
      expectOneFault({ ...given, JWT_JWKS_URI: `http://${host}/keys` }, 'JWT_JWKS_URI');
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(faultsOf({ ...given, JWT_JWKS_URI: `http://${host}:8080/keys` })).toEqual([]);
    expect(faultsOf({ JWT_JWKS_URI: 'http://id.example.com/keys' })).toEqual([]);
  });

  it('Is not shown when it can not be used', () => {
    expect(faultsOf({ ...PRODUCTION, JWT_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
  });
});

describe('The environment', () => {
  it.each(['Production', 'prod', 'staging', 'PRODUCTION', 'live'])('Is not %s', (name) => {
    expectOneFault({ NODE_ENV: name }, 'NODE_ENV');
  });

  it('Of production needs a database that was chosen', () => {
    const given = { NODE_ENV: 'production', JWT_SECRET: STRONG };
    expectOneFault(given, 'DATABASE_URL');
    expect(readSettings({ ...given, DATA_DIR: '/data' }).database).toEqual({ kind: 'embedded', directory: '/data' });
    expect(readSettings({ ...given, DATABASE_URL: 'postgresql://db/x' }).database.kind).toBe('server');
  });
});

describe('Several faults', () => {
  const wrong = {
    PORT: 'http',
    DATABASE_URL: 'mysql://db',
    PUBLIC_URL: 'nowhere',
    TRUST_PROXY: 'yes',
    JWT_PUBLIC_KEY: 'key',
    RESOURCE_ID_FORMAT: 'number',
    LOG_LEVEL: 'loud',
  };

  it('Are listed in one message, a line each', () => {
    expect(faultsOf(wrong).map((line) => line.trim().split(' ')[1])).toEqual(
      expect.arrayContaining(Object.keys(wrong)),
    );
    expect(faultsOf(wrong)).toHaveLength(Object.keys(wrong).length);
  });

  it.each<[string, Variables]>([
    ['a value that has the wrong form', { PORT: 'http' }],
    ['a value that is none of those there are', { LOG_LEVEL: 'loud' }],
    ['a URL that is none', { PUBLIC_URL: 'nowhere' }],
  ])('Include a missing key in production beside %s', (_, variables) => {
    const faults = faultsOf({ ...PRODUCTION, ...variables });

    expect(faults).toHaveLength(2);
    expect(faults.join()).toContain('JWT_SECRET');
    expect(faults.join()).toContain(Object.keys(variables)[0]);
  });

  it('Include two keys at once beside another fault', () => {
    expect(faultsOf({ JWT_SECRET: STRONG, JWT_PUBLIC_KEY: RSA, LOG_LEVEL: 'loud' })).toHaveLength(2);
  });

  it.each([
    ['RESOURCE_ID_FORMAT', 'number'],
    ['RESOURCE_ID_FORMAT', 'Integer'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'INFO '],
  ])('Do not hide behind one: %s=%s', (name, value) => {
    expectOneFault({ [name]: value }, name);
  });
});
