import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binaryText } from '../helper/arbitraries.js';
import { type Service, build } from '../helper/build.js';
import { cases } from '../helper/cases.js';
import type { Answer, Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { insertCalls } from '../helper/rows.js';

describe('Queries with junk', () => {
  let service: Service;
  let client: Client;
  let origin: string;

  beforeAll(async () => {
    service = await build();
    client = service.as('ada', { roles: ['admin'] });
    origin = await service.listen();
    await insertCalls(
      service,
      Array.from({ length: 30 }, (_, n) => ({
        from: `${n}`,
        to: 'x',
        recordingUrl: 'https://example.com',
        dialedAt: '2024-01-01',
        answeredAt: '2024-01-01',
        completedAt: '2024-01-01',
      })),
    );
  });
  afterAll(() => service.close());

  const COLLECTIONS = ['/calls', '/callPurposes', '/users'];

  /** Every answer is also checked against the JSON:API schema by the client. */
  function expectSane({ status, errors, document }: Answer, url: string): void {
    expect({ url: url.slice(0, 300), status, isSane: [200, 400, 414, 422].includes(status) }).toMatchObject({
      isSane: true,
    });
    if (status === 200) expect(document).toHaveProperty('data');
    else for (const error of errors) expect(error).toMatchObject({ status: String(status) });
    if (status !== 200) expect(errors.length).toBeGreaterThan(0);
  }

  const KNOWN = [
    'filter[from]',
    'filter[from][]',
    'filter[from][gte]',
    'filter[dialedAt]',
    'filter[id]',
    'filter[user][id]',
    'filter[order][lt]',
    'newFilterSyntax',
    'sort',
    'page[size]',
    'page[after]',
    'page[before]',
    'page[limit]',
    'page[offset]',
    'count',
    'include',
    'fields[call]',
    'fields[user]',
    'provideAuthorizationMeta',
  ];

  const JUNK = [
    '',
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'true',
    'NaN',
    'Infinity',
    '-1',
    '9'.repeat(40),
    '1e309',
    '[]',
    '{}',
    '..',
    '...',
    ',',
    ',,,',
    'neginf..inf',
    '__null__',
    '*',
    "' or 1=1 --",
    '"; drop table call; --',
    '$1',
    '?',
    '%00',
    '%',
    '%ff',
    '%ED%A0%80',
    '%F0%9F%93%9E',
    '2024-02-30',
    '2024-01-01T00:00:00Z..2024-01-01',
    '[x',
    'x]',
    '+',
    '<script>',
  ];

  const word = fc.oneof(
    fc.constantFrom(...JUNK),
    binaryText({ maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.string({ maxLength: 12 }).map((text) => text.replaceAll('#', '')),
  );

  const name = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...KNOWN) },
    { weight: 1, arbitrary: word },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('filter', 'page', 'fields', 'sort', 'x'), fc.array(word, { maxLength: 5 }))
        .map(([family, members]) => family + members.map((member) => `[${member}]`).join('')),
    },
  );

  describe('Junk in the query', () => {
    it('Is refused, whatever it is', async () => {
      const query = fc.array(fc.tuple(name, word), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...COLLECTIONS, '/calls/1'), query, async (path, parameters) => {
          const url = `${path}?${parameters.map(([key, value]) => `${key}=${value}`).join('&')}`;
          expectSane(await client.get(url), url);
        }),
        cases(600),
      );
    });

    it('Is refused in every parameter', async () => {
      for (const key of KNOWN) {
        for (const value of JUNK) {
          const url = `/calls?newFilterSyntax=${key.endsWith(']') && value.length % 2 === 0}&${key}=${value}`;
          expectSane(await client.get(url), url);
        }
      }
    });

    it('Is refused as a name, however its brackets nest', async () => {
      const names = [
        '['.repeat(5_000),
        ']'.repeat(5_000),
        `filter${'[a]'.repeat(5_000)}`,
        `filter${'['.repeat(5_000)}a${']'.repeat(5_000)}`,
        `page[size]${'[]'.repeat(5_000)}`,
        'filter[__proto__][__proto__]',
        '__proto__[__proto__]',
        'constructor[prototype]',
        'filter[from%00]',
        '%00',
        'a'.repeat(100_000),
      ];
      for (const key of names) {
        const answer = await client.get(`/calls?${key}=1`);
        expectSane(answer, key);
        expect(answer.status).not.toBe(200);
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    });

    it('Leaves the rows alone', async () => {
      expect(await service.sql('select count(*)::integer as calls from call')).toEqual([{ calls: 30 }]);
    });
  });

  describe('A query of enormous length', () => {
    const LONGEST = 16_384 - '/api/v2'.length;
    const many = (make: (n: number) => string) => Array.from({ length: 10_000 }, (_, n) => make(n)).join('&');
    /** As much of a query as a URL can hold. */
    const within = (url: string) => url.slice(0, LONGEST).replace(/[&,%][^&,%]*$/, '');

    it('Is refused with thousands of unknown parameters', async () => {
      const answer = await client.get(within(`/calls?${many((n) => `p${n}=${n}`)}`));

      expect([answer.status, answer.errors.length]).toEqual([400, 21]);
      expect(answer.errors[0]).toMatchObject({ code: 'invalidQueryParameter', source: { parameter: 'p0' } });
    });

    it('Is sane with thousands of filters, list values and repetitions', async () => {
      const queries = [
        many(() => 'page[size]=5'),
        many((n) => `filter[f${n}]=${n}`),
        many((n) => `fields[f${n}]=x`),
        `fields[call]=${many(() => 'x').replaceAll('&', ',')}`,
        many((n) => `page[p${n}]=x`),
        `newFilterSyntax=true&${many((n) => `filter[from][]=${n}`)}`,
        `sort=${many(() => 'from').replaceAll('&', ',')}`,
      ];
      for (const query of queries) expectSane(await client.get(within(`/calls?${query}`)), query);
    });

    it.each(KNOWN)('Is sane with all that a URL can hold in %s', async (key) => {
      for (const value of ['x'.repeat(20_000), '1,'.repeat(10_000), '..,'.repeat(10_000), '1'.repeat(20_000)]) {
        const url = `/calls?newFilterSyntax=${key.endsWith('[]') || key.endsWith('e]')}&${key}=${value}`;
        expectSane(await client.get(url.slice(0, LONGEST)), url);
      }
    });

    it('Is 414 beyond that', async () => {
      for (const query of [`filter[from]=${'x'.repeat(20_000)}`, many((n) => `a${n}`), 'x'.repeat(1_000_000)])
        expectError(await client.get(`/calls?${query}`), 414, 'uriTooLong');
    });

    it('Is sane over a real connection when it is as long as that allows', async () => {
      const sort = 'sort=direction,from,to,recordingUrl';
      const { next = '' } = (await client.get(`/calls?${sort}&page[size]=5`)).document.links;
      const url = `${next.replace('http://localhost', origin)}&filter[id]=${'1,'.repeat(7_000)}1`;
      const { status } = await overTheWire(url, client.token ?? '');
      expect(status).toBe(200);
    });
  });

  function overTheWire(url: string, token: string): Promise<Pick<Answer, 'status' | 'headers' | 'text'>> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.on('error', reject).end();
    });
  }
});
