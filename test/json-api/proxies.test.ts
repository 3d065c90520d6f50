import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';

describe('Proxies', () => {
  let service: Service;
  let client: Client;

  const startWith = (trustProxy: string, headers?: 'x-forwarded' | 'forwarded') => {
    beforeAll(async () => {
      service = await build({ TRUST_PROXY: trustProxy, ...(headers && { TRUST_PROXY_HEADERS: headers }) });
      client = service.as('ada');
    });
    afterAll(() => service.close());
  };

  type Headers = Record<string, string>;

  /** What the links begin with that a request with those headers gets. */
  async function baseWith(headers: Headers): Promise<string> {
    const { status, resource } = await client.get('/callPurposes/1', { host: 'internal:3000', ...headers });
    expect(status).toBe(200);
    return resource.links.self.replace('/api/v2/callPurposes/1', '');
  }

  const X_FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'calls.example.com' };
  const FORWARDED = { forwarded: 'for=203.0.113.9;host=calls.example.com;proto=https' };

  // Requests of the tests come from 127.0.0.1.
  describe.each(['1', '10.0.0.0/8, 127.0.0.1'])('With TRUST_PROXY=%s', (trustProxy) => {
    startWith(trustProxy);

    it('Links are made of what the proxy says', async () => {
      expect(await baseWith(X_FORWARDED)).toBe('https://calls.example.com');
    });

    it('Links are made of the request where the proxy says nothing', async () => {
      expect(await baseWith({})).toBe('http://internal:3000');
      expect(await baseWith({ 'x-forwarded-proto': 'https' })).toBe('https://internal:3000');
      expect(await baseWith({ 'x-forwarded-host': 'calls.example.com' })).toBe('http://calls.example.com');
      expect(await baseWith({ 'x-forwarded-host': ' , ', 'x-forwarded-proto': ',' })).toBe('http://internal:3000');
    });

    it('The last entry counts, for those before it may be the client’s own', async () => {
      const hosts = 'evil.example.com, calls.example.com';
      expect(await baseWith({ ...X_FORWARDED, 'x-forwarded-host': hosts })).toBe('https://calls.example.com');
      expect(
        await baseWith({ ...X_FORWARDED, 'x-forwarded-for': '10.0.0.1.evil, 203.0.113.9', 'x-forwarded-host': hosts }),
      ).toBe('https://calls.example.com');
      expect(await baseWith({ ...X_FORWARDED, 'x-forwarded-proto': 'http,https' })).toBe('https://calls.example.com');
    });

    it('A client’s Forwarded does not beat it, and is not read', async () => {
      const forged = { forwarded: 'host=evil.example.com;proto=http' };
      expect(await baseWith({ ...X_FORWARDED, ...forged })).toBe('https://calls.example.com');
      expect(await baseWith(forged)).toBe('http://internal:3000');
      expect(await baseWith({ forwarded: 'host="a b"' })).toBe('http://internal:3000');
    });

    it.each(['HTTPS', 'Https', ' https '])('A scheme has no case: %j', async (proto) => {
      expect(await baseWith({ ...X_FORWARDED, 'x-forwarded-proto': proto })).toBe('https://calls.example.com');
    });

    it('Ports are understood', async () => {
      const withPort = (host: string, port: string) =>
        baseWith({ ...X_FORWARDED, 'x-forwarded-host': host, 'x-forwarded-port': port });

      expect(await baseWith({ ...X_FORWARDED, 'x-forwarded-host': 'calls.example.com:8443' })).toBe(
        'https://calls.example.com:8443',
      );
      expect(await withPort('calls.example.com', '8443')).toBe('https://calls.example.com:8443');
      expect(await withPort('[2001:db8::1]', '8443')).toBe('https://[2001:db8::1]:8443');
      expect(await withPort('calls.example.com:8443', '3000')).toBe('https://calls.example.com:8443');
      expect(await withPort('calls.example.com', '9000, 8443')).toBe('https://calls.example.com:8443');
      expect(await baseWith({ host: 'calls.example.com', 'x-forwarded-port': '8080' })).toBe(
        'http://calls.example.com:8080',
      );
      for (const port of ['443', '80', '', 'x', '-1', '123456', '8443/path'])
        expect(await withPort('calls.example.com', port)).toBe('https://calls.example.com');
    });

    it('The path under which the proxy shows the service is understood', async () => {
      const under = (prefix: string) => baseWith({ ...X_FORWARDED, 'x-forwarded-prefix': prefix });

      expect(await under('/purposes')).toBe('https://calls.example.com/purposes');
      expect(await under('/purposes/')).toBe('https://calls.example.com/purposes');
      expect(await under('/a/b%20c')).toBe('https://calls.example.com/a/b%20c');
      expect(await under('/evil, /purposes')).toBe('https://calls.example.com/purposes');
      for (const nothing of ['/', '', ',']) expect(await under(nothing)).toBe('https://calls.example.com');
    });

    it('Is part of every link, of answers from memory too', async () => {
      const headers = { ...X_FORWARDED, 'x-forwarded-prefix': '/purposes' };
      for (const prefix of ['/purposes', '/others', '/purposes']) {
        const { document, resources } = await client.get('/callPurposes?page[size]=2', {
          ...headers,
          'x-forwarded-prefix': prefix,
        });
        const start = `https://calls.example.com${prefix}/api/v2/callPurposes`;
        for (const link of [...Object.values(document.links), ...resources.map(({ links }) => links.self)])
          expect(link.startsWith(start)).toBe(true);
      }
      const data = { type: 'callPurpose', attributes: { name: `Behind ${trustProxy}` } };
      const made = await client.post('/callPurposes', data, headers);
      expect(made.headers.location).toBe(`https://calls.example.com/purposes/api/v2/callPurposes/${made.resource.id}`);
    });

    it.each(['purposes', '//evil.example.com', '/a//b', '/a b', '/a?b', '/a#b', '/<script>', '/a"b', '/a\\b'])(
      'A prefix that is no path is a bad request: %s',
      async (prefix) => {
        const answer = await client.get('/callPurposes/1', { ...X_FORWARDED, 'x-forwarded-prefix': prefix });
        expect(expectError(answer, 400, 'badRequest').source).toEqual({ header: 'X-Forwarded-Prefix' });
        expect(answer.text).not.toContain(prefix);
      },
    );

    it.each(['javascript', 'ftp', 'https://x', ''])(
      'A protocol that is none of the web is not used: %j',
      async (proto) => {
        expect(await baseWith({ 'x-forwarded-proto': proto })).toBe('http://internal:3000');
      },
    );

    it.each(['a b', 'evil.example.com/path', 'user@evil.example.com', '<script>'])(
      'A host that is none is a bad request: %s',
      async (host) => {
        const answer = await client.get('/callPurposes/1', { 'x-forwarded-host': host });
        expect(expectError(answer, 400, 'badRequest').source).toEqual({ header: 'X-Forwarded-Host' });
      },
    );
  });

  // The client is 203.0.113.7, and asks https://api.example.com; the proxy 10.0.0.2 passes it on to one that asks `inner`.
  const TWO = {
    'x-forwarded-for': '203.0.113.7, 10.0.0.2',
    'x-forwarded-proto': 'https, http',
    'x-forwarded-host': 'api.example.com, inner',
  };
  const FORGED = {
    'x-forwarded-for': `198.51.100.1, ${TWO['x-forwarded-for']}`,
    'x-forwarded-proto': `ftp, ${TWO['x-forwarded-proto']}`,
    'x-forwarded-host': `evil.example.com, ${TWO['x-forwarded-host']}`,
    'x-forwarded-port': '1, 8443, 3000',
    'x-forwarded-prefix': '/evil, /purposes, /inner',
  };

  describe.each(['2', '127.0.0.1, 10.0.0.0/8', 'loopback, uniquelocal'])('With TRUST_PROXY=%s', (trustProxy) => {
    startWith(trustProxy);

    it('The entry of the farther proxy counts, for scheme and host alike', async () => {
      expect(await baseWith(TWO)).toBe('https://api.example.com');
    });

    it('What stands before it is the client’s own', async () => {
      expect(await baseWith(FORGED)).toBe('https://api.example.com:8443/purposes');
    });

    it('Of a shorter list the first entry counts', async () => {
      expect(await baseWith({ ...TWO, 'x-forwarded-proto': 'https' })).toBe('https://api.example.com');
      expect(await baseWith({ ...TWO, 'x-forwarded-host': 'api.example.com' })).toBe('https://api.example.com');
    });

    it('Addresses may have ports', async () => {
      expect(await baseWith({ ...TWO, 'x-forwarded-for': '203.0.113.7:4711, 10.0.0.2:5000' })).toBe(
        'https://api.example.com',
      );
    });
  });

  describe('With TRUST_PROXY=2', () => {
    startWith('2');

    it('Hops are counted, whatever X-Forwarded-For says', async () => {
      for (const addresses of ['', 'unknown', '10.0.0.2'])
        expect(await baseWith({ ...TWO, 'x-forwarded-for': addresses })).toBe('https://api.example.com');
    });
  });

  describe('With TRUST_PROXY=true', () => {
    startWith('true');

    it('The first entry counts', async () => {
      expect(await baseWith(TWO)).toBe('https://api.example.com');
      expect(await baseWith({ ...TWO, 'x-forwarded-for': '' })).toBe('https://api.example.com');
    });
  });

  describe('With TRUST_PROXY=127.0.0.1', () => {
    startWith('127.0.0.1');

    it('A farther proxy that is not trusted is a client', async () => {
      expect(await baseWith(TWO)).toBe('http://inner');
      expect(await baseWith({ ...TWO, 'x-forwarded-for': '127.0.0.1, unknown' })).toBe('http://inner');
      expect(await baseWith({ ...TWO, 'x-forwarded-for': '127.0.0.1' })).toBe('https://api.example.com');
    });
  });

  describe.each(['false', '10.0.0.0/8, 192.168.0.1'])('With TRUST_PROXY=%s', (trustProxy) => {
    describe.each(['x-forwarded', 'forwarded'] as const)('and %s', (family) => {
      startWith(trustProxy, family);

      it('Nobody else is believed', async () => {
        for (const headers of [X_FORWARDED, FORWARDED, FORGED, { ...X_FORWARDED, 'x-forwarded-for': '10.0.0.1' }])
          expect(await baseWith(headers)).toBe('http://internal:3000');
      });
    });
  });
});
