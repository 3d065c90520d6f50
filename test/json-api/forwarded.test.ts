import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { expectError } from '../helper/expectations.js';

describe('Proxies with TRUST_PROXY_HEADERS=forwarded', () => {
  const originOf = async (service: Service, headers: Record<string, string>): Promise<string> => {
    const { status, resource } = await service.as('ada').get('/callPurposes/1', { host: 'internal:3000', ...headers });
    expect(status).toBe(200);
    return resource.links.self.replace('/api/v2/callPurposes/1', '');
  };
  const services: Record<string, Service> = {};
  const HOPS = ['1', '2', 'true', '127.0.0.1, 10.0.0.0/8'];
  beforeAll(async () => {
    for (const hops of HOPS) services[hops] = await build({ TRUST_PROXY: hops, TRUST_PROXY_HEADERS: 'forwarded' });
  });
  afterAll(() => Promise.all(Object.values(services).map((service) => service.close())));

  const originWith = (hops: string, forwarded: string, more: Record<string, string> = {}) =>
    originOf(services[hops] as Service, { forwarded, ...more });

  const TWO = 'for=203.0.113.7;host=api.example.com;proto=https, for=10.0.0.2;host=inner;proto=http';

  it('Links are made of what the proxy says', async () => {
    expect(await originWith('1', 'for=203.0.113.9;host=calls.example.com;proto=https')).toBe(
      'https://calls.example.com',
    );
    expect(await originWith('1', 'Host="[2001:db8::1]:8443";Proto=HTTPS')).toBe('https://[2001:db8::1]:8443');
    expect(await originWith('1', 'proto=https')).toBe('https://internal:3000');
    expect(await originWith('1', 'for=203.0.113.9')).toBe('http://internal:3000');
  });

  it('The entry of the farthest proxy that is trusted counts', async () => {
    expect(await originWith('1', TWO)).toBe('http://inner');
    for (const hops of HOPS.slice(1)) expect(await originWith(hops, TWO)).toBe('https://api.example.com');
    for (const hops of ['2', '127.0.0.1, 10.0.0.0/8'])
      expect(await originWith(hops, `for=198.51.100.1;host=evil.example.com, ${TWO}`)).toBe('https://api.example.com');
  });

  it('What it does not say, the nearer one does', async () => {
    expect(await originWith('2', 'for=203.0.113.7, for=10.0.0.2;host=api.example.com;proto=https')).toBe(
      'https://api.example.com',
    );
  });

  it('Addresses may have ports and brackets', async () => {
    expect(await originWith('127.0.0.1, 10.0.0.0/8', TWO.replace('for=10.0.0.2', 'for="10.0.0.2:5000"'))).toBe(
      'https://api.example.com',
    );
    expect(await originWith('127.0.0.1, 10.0.0.0/8', TWO.replace('for=10.0.0.2', 'for="[::ffff:10.0.0.2]:5000"'))).toBe(
      'https://api.example.com',
    );
    expect(await originWith('127.0.0.1, 10.0.0.0/8', TWO.replace('for=10.0.0.2', 'for=_hidden'))).toBe('http://inner');
  });

  it('The other family is not read', async () => {
    const others = {
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/evil',
    };
    expect(await originWith('1', 'host=calls.example.com;proto=https', others)).toBe('https://calls.example.com');
    expect(await originWith('1', '', others)).toBe('http://internal:3000');
  });

  it.each(['a b', 'evil.example.com/path', 'user@evil.example.com', '<script>'])(
    'A host that is none is a bad request: %s',
    async (host) => {
      const answer = await (services['1'] as Service).as('ada').get('/callPurposes/1', { forwarded: `host="${host}"` });
      expect(expectError(answer, 400, 'badRequest').source).toEqual({ header: 'Forwarded' });
    },
  );

  it.each([';;;', '=', 'host', 'host=', 'host="unclosed', '\u007f', ',,,', 'host="unclosed, host=a.example.com'])(
    'A header that can not be read is not used: %j',
    async (forwarded) => {
      expect(await originWith('1', forwarded)).toBe('http://internal:3000');
    },
  );

  it.each(['javascript', 'ftp', 'https://x', ''])(
    'A protocol that is none of the web is not used: %j',
    async (proto) => {
      expect(await originWith('1', `proto="${proto}"`)).toBe('http://internal:3000');
    },
  );
});
