import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';

describe('Proxies', () => {
  let service: Service;
  let client: Client;

  const startWith = (trustProxy: string) => {
    beforeAll(async () => {
      service = await build({ TRUST_PROXY: trustProxy });
      client = service.as('ada');
    });
    afterAll(() => service.close());
  };

  /** The origin of the links that a request with those headers gets. */
  async function originWith(headers: Record<string, string>): Promise<string> {
    const { status, resource } = await client.get('/callPurposes/1', { host: 'internal:3000', ...headers });
    expect(status).toBe(200);
    return new URL(resource.links.self).origin;
  }

  const X_FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'calls.example.com' };

  // Requests of the tests come from 127.0.0.1.
  describe.each(['1', '10.0.0.0/8, 127.0.0.1'])('With TRUST_PROXY=%s', (trustProxy) => {
    startWith(trustProxy);

    it('Links are made of what the proxy says', async () => {
      expect(await originWith(X_FORWARDED)).toBe('https://calls.example.com');
      expect(await originWith({ forwarded: 'for=203.0.113.9;host=calls.example.com;proto=https' })).toBe(
        'https://calls.example.com',
      );
    });

    it('Links are made of the request where the proxy says nothing', async () => {
      expect(await originWith({})).toBe('http://internal:3000');
      expect(await originWith({ 'x-forwarded-proto': 'https' })).toBe('https://internal:3000');
      expect(await originWith({ 'x-forwarded-host': 'calls.example.com' })).toBe('http://calls.example.com');
      expect(await originWith({ forwarded: 'proto=https' })).toBe('https://internal:3000');
      expect(await originWith({ forwarded: 'for=203.0.113.9' })).toBe('http://internal:3000');
    });

    it('The last entry counts, for those before it may be the client’s own', async () => {
      const hosts = 'evil.example.com, calls.example.com';
      expect(await originWith({ ...X_FORWARDED, 'x-forwarded-host': hosts })).toBe('https://calls.example.com');
      expect(
        await originWith({ forwarded: 'host=evil.example.com;proto=http, host=calls.example.com;proto=https' }),
      ).toBe('https://calls.example.com');
    });

    it('Ports and quotes are understood', async () => {
      expect(await originWith({ forwarded: 'host="calls.example.com:8443";proto=https' })).toBe(
        'https://calls.example.com:8443',
      );
      expect(await originWith({ forwarded: 'Host="[2001:db8::1]:8443";Proto=https' })).toBe(
        'https://[2001:db8::1]:8443',
      );
      expect(await originWith({ ...X_FORWARDED, 'x-forwarded-host': 'calls.example.com:8443' })).toBe(
        'https://calls.example.com:8443',
      );
    });

    it.each(['javascript', 'ftp', 'https://x', ''])(
      'A protocol that is none of the web is not used: %j',
      async (proto) => {
        expect(await originWith({ 'x-forwarded-proto': proto })).toMatch(/^https?:\/\/internal:3000$/);
        expect(await originWith({ forwarded: `proto="${proto}"` })).toMatch(/^https?:\/\/internal:3000$/);
      },
    );

    it.each(['a b', 'evil.example.com/path', 'user@evil.example.com', '<script>'])(
      'A host that is none is a bad request: %s',
      async (host) => {
        expectError(await client.get('/callPurposes/1', { 'x-forwarded-host': host }), 400, 'badRequest');
        expectError(await client.get('/callPurposes/1', { forwarded: `host="${host}"` }), 400, 'badRequest');
      },
    );

    it.each([';;;', '=', 'host', 'host=', 'host="unclosed', '\u007f', ',,,'])(
      'A Forwarded header that can not be read is not used: %j',
      async (forwarded) => {
        expect(await originWith({ forwarded })).toBe('http://internal:3000');
      },
    );
  });

  describe.each(['false', '10.0.0.0/8, 192.168.0.1'])('With TRUST_PROXY=%s', (trustProxy) => {
    startWith(trustProxy);

    it('Nobody else is believed', async () => {
      expect(await originWith(X_FORWARDED)).toBe('http://internal:3000');
      expect(await originWith({ forwarded: 'for=10.0.0.1;host=calls.example.com;proto=https' })).toBe(
        'http://internal:3000',
      );
      expect(await originWith({ ...X_FORWARDED, 'x-forwarded-for': '10.0.0.1' })).toBe('http://internal:3000');
    });
  });
});
