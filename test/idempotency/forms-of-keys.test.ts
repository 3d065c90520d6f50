import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { newPurpose } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';
import { unique } from '../helper/fixtures.js';
import { keyed, newKey, wasReplayed } from '../helper/repeated.js';

describe('An Idempotency-Key', () => {
  let service: Service;
  let ada: Client;

  beforeAll(async () => {
    service = await build();
    ada = service.as('ada');
  });
  afterAll(() => service.close());

  const purposesNamed = async (name: string) =>
    (await service.sql('select id from call_purpose where name = ?', [name])).length;

  it('Takes the same key in quotes and bare', async () => {
    const [key, name] = [randomUUID(), unique('Quoted')];
    await ada.post('/callPurposes', newPurpose({ name }), keyed(key));

    expect(wasReplayed(await ada.post('/callPurposes', newPurpose({ name }), keyed(`"${key}"`)))).toBe(true);
    expect(await purposesNamed(name)).toBe(1);
  });

  it('Takes no notice of parameters behind it', async () => {
    const [key, name] = [newKey(), unique('With parameters')];
    const post = (header: string) => ada.post('/callPurposes', newPurpose({ name }), keyed(header));
    await post(`${key};a=1`);

    for (const more of ['', ';a', '; b="x;y\\""', ';*c=?1;d=text/plain', ';e=:aGk=:; f=-1.5'])
      expect(wasReplayed(await post(key + more))).toBe(true);
  });

  it.each(['"with \\"quotes\\" and \\\\"', '"a b, c; d"', `"${'k'.repeat(255)}"`, 'order:17/retry=a+b.c~d'])(
    'Takes %s as a key',
    async (key) => {
      const name = unique('Sane');
      expect((await ada.post('/callPurposes', newPurpose({ name }), keyed(key))).status).toBe(201);
      expect(wasReplayed(await ada.post('/callPurposes', newPurpose({ name }), keyed(key)))).toBe(true);
    },
  );

  it.each([
    '',
    '""',
    '"',
    '"open',
    'two words',
    '"a", "b"',
    '"a";B',
    '"a";=1',
    '"a" b=1',
    '"a";b=1, "c"',
    'a;b=1',
    'ümlaut',
    '"a\\b"',
    `"${'k'.repeat(256)}"`,
  ])('Is refused with the malformed key %s', async (key) => {
    const name = unique('Malformed');
    const answer = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));

    expect(expectError(answer, 400, 'badRequest').source).toEqual({ header: 'Idempotency-Key' });
    expect(await purposesNamed(name)).toBe(0);
  });
});
