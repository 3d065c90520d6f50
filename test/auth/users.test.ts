import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Client } from '../helper/client.js';
import { passTime, stopClock } from '../helper/clock.js';
import { newCall, newPurpose, pathOf } from '../helper/documents.js';
import { expectError } from '../helper/expectations.js';
import { type Claims, secondsFromNow, tokenOf } from '../helper/tokens.js';

describe('Users', () => {
  let service: Service;
  let reader: Client;

  beforeAll(async () => {
    service = await build();
    reader = service.as('reader');
  });
  afterAll(() => service.close());

  const withClaims = (changes: Claims): Client => new Client(service.app, tokenOf(changes));

  interface UserRecord {
    id: string;
    name: string | null;
    email: string | null;
    xmin: string;
  }

  const record = async (subject: string): Promise<UserRecord | undefined> => {
    const [user] = await service.sql<UserRecord>(
      'select id::text as id, name, email, xmin::text as xmin from api_user where subject = ?',
      [subject],
    );
    return user;
  };

  const shown = async (subject: string) => (await reader.get(`/users/${(await record(subject))?.id}`)).resource;

  describe('A user', () => {
    it('Exists as soon as a token of theirs has been accepted', async () => {
      expect(await record('ada')).toBeUndefined();
      await withClaims({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }).get('/callPurposes');

      expect(await record('ada')).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
      expect(await shown('ada')).toMatchObject({
        type: 'user',
        attributes: { name: 'Ada Lovelace', email: 'ada@example.com' },
      });
    });

    it.each(['', 'openid profile', 'callPurposes', 'callPurposes.admin', 'purposes.read'])(
      'Does not exist for a token with "%s", which has no scope of this API',
      async (scope) => {
        const powerless = withClaims({ sub: 'powerless', scope });
        expect((await powerless.get('/callPurposes')).status).toBe(403);
        const { status, document } = await powerless.get('/');

        expect({ status, meta: document.meta }).toMatchObject({ status: 200, meta: { user: { id: null } } });
        expect(await record('powerless')).toBeUndefined();
      },
    );

    it('Exists for a token with any scope of this API', async () => {
      expectError(
        await withClaims({ sub: 'hardly', scope: 'calls.delete' }).get('/callPurposes'),
        403,
        'unauthorizedOauthScope',
      );

      expect(await record('hardly')).toBeDefined();
    });

    it('Is one, however many first requests come at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => withClaims({ sub: 'hasty', name: 'Hasty' }).get('/callPurposes')),
      );

      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      expect(await service.sql("select name from api_user where subject = 'hasty'")).toEqual([{ name: 'Hasty' }]);
    });

    it('Follows the claims when they change', async () => {
      await withClaims({ sub: 'grace', name: 'Grace', email: 'grace@example.com' }).get('/callPurposes');
      const before = await record('grace');
      await withClaims({ sub: 'grace', name: 'Grace Hopper', email: 'hopper@example.com' }).get('/callPurposes');

      expect(await record('grace')).toMatchObject({
        id: before?.id,
        name: 'Grace Hopper',
        email: 'hopper@example.com',
      });
      expect((await shown('grace')).attributes).toMatchObject({ name: 'Grace Hopper', email: 'hopper@example.com' });
    });

    it('Follows the claims back to what they were before', async () => {
      const names = ['Before', 'After', 'Before'];
      // Each in a token of its own, as an identity provider would make it.
      for (const [jti, name] of names.entries()) await withClaims({ sub: 'wavering', jti, name }).get('/callPurposes');

      expect(await record('wavering')).toMatchObject({ name: 'Before' });
    });

    it('Keeps the name and the email that a token does not have', async () => {
      await withClaims({ sub: 'linus', name: 'Linus', email: 'linus@example.com' }).get('/callPurposes');
      await withClaims({ sub: 'linus' }).get('/callPurposes');
      await withClaims({ sub: 'linus', name: '', email: null }).get('/callPurposes');

      expect(await record('linus')).toMatchObject({ name: 'Linus', email: 'linus@example.com' });
    });

    it.each<[string, Claims]>([
      ['a NUL in the name', { name: 'N\0l' }],
      ['half a surrogate pair in the name', { name: 'half \ud83d' }],
      ['a number as name', { name: 7 }],
      ['an object as email', { email: { address: 'x@example.com' } }],
    ])('Is served although the token has %s', async (_, changes) => {
      const { status } = await withClaims({ sub: 'odd', ...changes }).get('/callPurposes');

      expect(status).toBe(200);
      expect(await record('odd')).toMatchObject({ name: null, email: null });
    });

    it('Is another one where only the case of the subject differs', async () => {
      for (const sub of ['Case', 'case']) await withClaims({ sub }).get('/callPurposes');

      expect((await record('Case'))?.id).not.toBe((await record('case'))?.id);
    });

    it('Is not written again by requests that say nothing new', async () => {
      const client = withClaims({ sub: 'frequent', name: 'Frequent' });
      await client.get('/callPurposes');
      const before = await record('frequent');
      for (const url of ['/callPurposes', '/callPurposes/1', '/calls', '/users']) await client.get(url);
      await withClaims({ sub: 'frequent', name: 'Frequent', scope: 'users.read', exp: 4_102_444_800 }).get('/users');
      await withClaims({ sub: 'frequent' }).get('/callPurposes');

      expect(await record('frequent')).toEqual(before);
    });

    it('Changes updatedAt, and not createdAt, when the claims change', async () => {
      await withClaims({ sub: 'dated', name: 'First' }).get('/callPurposes');
      await service.sql(
        "update api_user set created_at = '2020-01-01Z', updated_at = '2020-01-01Z' where subject = 'dated'",
      );
      await withClaims({ sub: 'dated', name: 'Second' }).get('/callPurposes');

      const { createdAt, updatedAt } = (await shown('dated')).attributes;
      expect(createdAt).toBe('2020-01-01T00:00:00.000Z');
      expect(String(updatedAt) > '2020-01-02').toBe(true);
    });
  });

  describe('A user who has been deleted by hand in the database', () => {
    const remove = (subject: string) => service.sql('delete from api_user where subject = ?', [subject]);

    it.each([
      ['call purpose', '/callPurposes', (name: string) => newPurpose({ name }), 'creator'],
      ['call', '/calls', (note: string) => newCall({ note }), 'user'],
    ])('Exists again as soon as they make a %s, which is theirs', async (type, path, document, owner) => {
      const sub = `deleted, then maker of a ${type}`;
      // What is known of the user is remembered with each token.
      const clients = [1, 2, 3].map((jti) => withClaims({ sub, name: 'Back', jti }));
      for (const client of clients) await client.get('/callPurposes');
      const before = await record(sub);
      await remove(sub);

      const answers = await Promise.all(
        clients.map((client, n) => client.post(path, document(`By a ${type} maker ${n}`))),
      );

      const after = await record(sub);
      expect(after).toMatchObject({ name: 'Back' });
      expect(after?.id).not.toBe(before?.id);
      for (const { status, resource } of answers) {
        expect(status).toBe(201);
        expect(resource.relationships[owner]?.data).toEqual({ type: 'user', id: String(after?.id) });
        expect((await clients[0]?.delete(pathOf(resource)))?.status).toBe(204);
      }
    });

    it('Exists again after two minutes at most when they only read', async () => {
      stopClock();
      try {
        const client = withClaims({ sub: 'deleted reader', exp: secondsFromNow(3600) });
        await client.get('/callPurposes');
        await remove('deleted reader');
        passTime(121);
        expect((await client.get('/callPurposes')).status).toBe(200);
      } finally {
        jest.useRealTimers();
      }

      expect(await record('deleted reader')).toBeDefined();
    });
  });

  describe('The users', () => {
    it('Are listed by id', async () => {
      const { status, resources } = await reader.get('/users?page[size]=1000');
      const rows = await service.sql<{ id: string }>('select id::text as id from api_user order by api_user.id');

      expect(status).toBe(200);
      expect(resources.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(resources.every(({ type }) => type === 'user')).toBe(true);
    });

    it('Show their attributes and nothing else of the token', async () => {
      await withClaims({ sub: 'private-subject', name: 'Private', email: 'private@example.com' }).get('/callPurposes');
      const id = (await record('private-subject'))?.id ?? '';
      const { status, resource, text } = await reader.get(`/users/${id}`);

      expect(status).toBe(200);
      expect(resource).toEqual({
        type: 'user',
        id,
        attributes: {
          email: 'private@example.com',
          name: 'Private',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
        relationships: {},
        links: { self: `http://localhost/api/v2/users/${id}` },
      });
      expect(text).not.toContain('private-subject');
    });

    it.each(['999999', '0', '-1', '01', 'ada', '9'.repeat(30)])('Can not be found by the ID %s', async (id) => {
      const { detail } = expectError(await reader.get(`/users/${id}`), 404, 'resourceNotFound');

      expect(detail).toBe(`Could not find 'user' with ID '${id}'.`);
    });

    it.each([
      ['POST', '/users'],
      ['PATCH', '/users/1'],
      ['PUT', '/users/1'],
      ['DELETE', '/users/1'],
      ['DELETE', '/users'],
    ] as const)('Can not be written: %s %s', async (method, url) => {
      const before = await service.sql('select * from api_user order by id');
      const body = JSON.stringify({ data: { type: 'user', id: '1', attributes: { name: 'Changed' } } });
      const answer = await reader.send(method, url, method === 'DELETE' ? {} : { body });

      expectError(answer, 405, 'methodNotAllowed');
      expect(String(answer.headers.allow).split(', ').sort()).toEqual(['GET', 'HEAD']);
      expect(await service.sql('select * from api_user order by id')).toEqual(before);
    });
  });
});
