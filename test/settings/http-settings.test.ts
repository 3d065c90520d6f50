import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';
import { expectOneFault } from '../helper/settings.js';

describe('Trusted proxies', () => {
  it.each([
    ['true', [true, true, true]],
    ['false', [false, false, false]],
    ['0', [false, false, false]],
    ['1', [true, false, false]],
    ['2', [true, true, false]],
    ['10.0.0.1', [true, true, true]],
    ['10.0.0.0/8, 192.168.0.1', [true, true, true]],
    ['192.168.0.1', [false, false, false]],
    ['loopback', [false, false, false]],
  ])('Are those of %s', (value, expected) => {
    const { trustProxy } = readSettings({ TRUST_PROXY: value }).http;

    expect([0, 1, 2].map((hop) => trustProxy('10.0.0.1', hop))).toEqual(expected);
  });

  it.each(['yes', 'proxy.example.com', '10.0.0.0/33', '-1', '10.0.0.1,nonsense', ','])(
    'Are not those of %s',
    (value) => {
      expectOneFault({ TRUST_PROXY: value }, 'TRUST_PROXY');
    },
  );

  it('Say it in one family of headers', () => {
    expect(readSettings({ TRUST_PROXY_HEADERS: 'forwarded' }).http.trustProxyHeaders).toBe('forwarded');
    expect(readSettings({ TRUST_PROXY_HEADERS: 'x-forwarded' }).http.trustProxyHeaders).toBe('x-forwarded');
    for (const value of ['both', 'Forwarded', 'x-forwarded-host', 'true'])
      expectOneFault({ TRUST_PROXY_HEADERS: value }, 'TRUST_PROXY_HEADERS');
  });
});

describe('Origins of pages', () => {
  it.each([
    'https://app.example.com',
    'http://localhost:5173',
    'https://app.example.com:8443',
    'http://[::1]:3000',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  ])('May be %s', (origin) => {
    expect(readSettings({ CORS_ORIGINS: origin }).operations.corsOrigins).toEqual([origin]);
    expect(readSettings({ CORS_ORIGINS: `https://a.example.com, ${origin}` }).operations.corsOrigins).toEqual([
      'https://a.example.com',
      origin,
    ]);
  });

  it.each([
    'https://*.example.com',
    'https://*',
    '*.example.com',
    'https://app.example.com,*',
    'capacitor://*',
    'http://localhost:*',
    'app.example.com',
    'localhost:5173',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com:443',
    'HTTPS://app.example.com',
    'https://App.example.com',
    'https://ada@app.example.com',
    'https://app.example.com?x',
    'https://bücher.example.com',
    'capacitor://localhost/',
    'capacitor://',
    'capacitor:localhost',
    'https://',
    'wss://app.example.com',
    'ftp://app.example.com',
    'file:///',
    'file://host',
    'null',
    ',',
    'https://a.example.com,',
  ])('Can not be %s, which no page has', (origin) => {
    expectOneFault({ CORS_ORIGINS: origin }, 'CORS_ORIGINS');
  });
});
