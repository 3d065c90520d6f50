import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makeCall, makePurpose, unique } from '../helper/fixtures.js';
import { expectMissingScope, named, subsetsOf } from '../helper/scopes.js';

describe('Scopes and policy', () => {
  let service: Service;

  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  type Collection = 'callPurposes' | 'calls' | 'users';
  type Action = 'read' | 'write' | 'delete';

  /** Who asks: by subject and role. */
  const CALLERS = {
    'an administrator': { sub: 'ada', roles: ['admin'] },
    'its creator': { sub: 'carol', roles: ['user'] },
    'somebody else': { sub: 'otto', roles: ['user', 'administrator'] },
  };
  type CallerName = keyof typeof CALLERS;
  const CALLER_NAMES = Object.keys(CALLERS) as CallerName[];

  /** The kinds of resource there are in each collection that can be changed; those of nobody are the ready-made ones. */
  const TARGETS = [
    { collection: 'callPurposes', owner: 'carol', target: 'a purpose that carol made' },
    { collection: 'callPurposes', owner: undefined, target: 'a ready-made purpose' },
    { collection: 'calls', owner: 'carol', target: 'a call that carol logged' },
    { collection: 'calls', owner: undefined, target: 'a call of nobody' },
  ] as const;

  const foreign = (collection: Collection): Collection => (collection === 'calls' ? 'callPurposes' : 'calls');

  const ACTIONS = ['read', 'write', 'delete', 'all'];

  /** Every set of the collection's own scopes, those of others only, and what is not quite a scope. */
  const scopeSets = (collection: Collection): string[][] => [
    ...subsetsOf(ACTIONS.map((action) => `${collection}.${action}`)),
    [`${foreign(collection)}.all`, 'users.read'].filter((scope) => !scope.startsWith(collection)),
    [`${collection}.READ`, `${collection}.*`, collection, 'all', `${collection}.readwrite`, `x${collection}.all`],
  ];

  const client = (caller: CallerName, scopes: string[]): Client => {
    const { sub, roles } = CALLERS[caller];
    return service.as(sub, { roles, scopes });
  };

  const hasScope = (scopes: string[], collection: Collection, action: Action): boolean =>
    scopes.includes(`${collection}.${action}`) || scopes.includes(`${collection}.all`);

  const TYPES = { callPurposes: 'callPurpose', calls: 'call' };
  const newResource = (collection: 'callPurposes' | 'calls') => ({
    type: TYPES[collection],
    attributes: collection === 'calls' ? { direction: 'outbound' } : { name: unique('made') },
  });
  const make = (collection: 'callPurposes' | 'calls', owner?: string): Promise<string> =>
    collection === 'calls' ? makeCall(service, owner) : makePurpose(service, owner);

  describe.each(['callPurposes', 'calls', 'users'] as const)('Reading %s', (collection) => {
    it.each(scopeSets(collection).map((scopes) => [named(scopes), scopes] as const))('With %s', async (_, scopes) => {
      const id = { callPurposes: '1', calls: await makeCall(service, 'carol'), users: '1' }[collection];
      for (const caller of CALLER_NAMES) {
        for (const url of [`/${collection}`, `/${collection}/${id}`]) {
          const answer = await client(caller, scopes).get(url);
          if (hasScope(scopes, collection, 'read')) expect(answer.status).toBe(200);
          else expectMissingScope(answer, `${collection}.read`);
          const head = await client(caller, scopes).send('HEAD', url);
          expect(head.status).toBe(answer.status);
        }
      }
    });
  });

  describe.each(['callPurposes', 'calls'] as const)('Making %s', (collection) => {
    it.each(scopeSets(collection).map((scopes) => [named(scopes), scopes] as const))('With %s', async (_, scopes) => {
      const table = { callPurposes: 'call_purpose', calls: 'call' }[collection];
      for (const caller of CALLER_NAMES) {
        const before = await service.sql(`select id from ${table}`);
        const answer = await client(caller, scopes).post(`/${collection}`, newResource(collection));
        const after = await service.sql(`select id from ${table}`);

        if (hasScope(scopes, collection, 'write')) expect(answer.status).toBe(201);
        else expectMissingScope(answer, `${collection}.write`);
        expect(after.length - before.length).toBe(answer.status === 201 ? 1 : 0);
      }
    });
  });

  const CELLS = TARGETS.flatMap((target) =>
    scopeSets(target.collection).flatMap((scopes) => CALLER_NAMES.map((caller) => ({ ...target, scopes, caller }))),
  ).map((cell) => ({ ...cell, words: named(cell.scopes) }));

  describe.each(CELLS)('$target, with $words, asked by $caller', ({ collection, owner, scopes, caller }) => {
    const isInCharge = caller === 'an administrator' || CALLERS[caller].sub === owner;

    it('May be changed only with the scope and by those in charge', async () => {
      const id = await make(collection, owner);
      const answer = await client(caller, scopes).patch(`/${collection}/${id}`, { type: TYPES[collection], id });

      if (!hasScope(scopes, collection, 'write')) expectMissingScope(answer, `${collection}.write`);
      else if (!isInCharge) expectError(answer, 403, 'unauthorizedRequest');
      else if (hasScope(scopes, collection, 'read')) expect(answer.status).toBe(200);
      // An update that changes nothing would show all of it.
      else expect(answer).toMatchObject({ status: 204, text: '', headers: expect.not.objectContaining({ etag: '' }) });
    });

    it('May be deleted only with the scope and by those in charge', async () => {
      const id = await make(collection, owner);
      const answer = await client(caller, scopes).delete(`/${collection}/${id}`);

      if (!hasScope(scopes, collection, 'delete')) expectMissingScope(answer, `${collection}.delete`);
      else if (isInCharge) expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
      else expectError(answer, 403, 'unauthorizedRequest');
      const { status } = await service.as('ada').get(`/${collection}/${id}`);
      expect(status).toBe(answer.status === 204 ? 404 : 200);
    });

    if (collection !== 'callPurposes') return;

    it('Shows in its meta exactly what PATCH and DELETE then answer', async () => {
      const id = await make(collection, owner);
      const url = `/callPurposes/${id}`;
      const asking = client(caller, scopes);
      const change = await asking.patch(`${url}?provideAuthorizationMeta=true`, { type: 'callPurpose', id });
      const read = await asking.get(`${url}?provideAuthorizationMeta=true`);
      const listed = await asking.get(`/callPurposes?filter[id]=${id}&provideAuthorizationMeta=true`);
      const { status } = await asking.delete(url);

      const readable = hasScope(scopes, 'callPurposes', 'read');
      const meta = { canWrite: change.status === (readable ? 200 : 204), canDelete: status === 204 };
      expect(read.resource?.meta).toEqual(readable ? meta : undefined);
      expect(listed.resources?.map((shown) => shown.meta)).toEqual(readable ? [meta] : undefined);
      expect(change.resource?.meta).toEqual(meta.canWrite && readable ? meta : undefined);
    });
  });

  describe('The meta of an included purpose', () => {
    it.each(CALLER_NAMES)('Agrees with what PATCH and DELETE answer %s', async (caller) => {
      for (const scopes of [
        ['calls.read', 'callPurposes.read'],
        ['calls.read', 'callPurposes.all'],
      ]) {
        const id = await makePurpose(service, 'carol');
        const callId = await makeCall(service, 'carol', id);
        const asking = client(caller, scopes);

        const { document } = await asking.get(`/calls/${callId}?include=callPurpose&provideAuthorizationMeta=true`);
        const changed = await asking.patch(`/callPurposes/${id}`, { type: 'callPurpose', id });
        const deleted = await asking.delete(`/callPurposes/${id}`);

        expect(document.included?.map((purpose) => purpose.meta)).toEqual([
          { canWrite: changed.status === 200, canDelete: deleted.status === 204 },
        ]);
      }
    });

    it('Is absent unless it is asked for', async () => {
      const id = await makePurpose(service, 'carol');
      const callId = await makeCall(service, 'carol', id);
      for (const parameter of ['', '&provideAuthorizationMeta=false']) {
        const { document } = await service.as('ada').get(`/calls/${callId}?include=callPurpose${parameter}`);
        expect(document.included?.[0]).not.toHaveProperty('meta');
        expect(document.data).not.toHaveProperty('meta');
      }
    });
  });

  describe('What nobody may do', () => {
    it('Is anything, without a token', async () => {
      for (const { collection, owner } of TARGETS) {
        const id = await make(collection, owner);
        const url = `/${collection}/${id}`;
        for (const answer of [
          await service.anonymous.get(`/${collection}`),
          await service.anonymous.get(url),
          await service.anonymous.post(`/${collection}`, newResource(collection)),
          await service.anonymous.patch(url, { type: TYPES[collection], id }),
          await service.anonymous.delete(url),
        ]) {
          expectError(answer, 401, 'unauthorized');
        }
        expect((await service.as('ada').get(url)).status).toBe(200);
      }
    });

    it.each(scopeSets('users').map((scopes) => [named(scopes), scopes] as const))(
      'Is making, changing or deleting users, even as an administrator, with %s',
      async (_, scopes) => {
        const administrator = client('an administrator', scopes);
        const before = await service.sql('select * from api_user order by id');
        for (const answer of [
          await administrator.post('/users', { type: 'user', attributes: { name: 'Mallory' } }),
          await administrator.patch('/users/1', { type: 'user', id: '1', attributes: { name: 'Mallory' } }),
          await administrator.delete('/users/1'),
        ]) {
          expectError(answer, 405, 'methodNotAllowed');
        }
        expect(await service.sql('select * from api_user order by id')).toEqual(before);
      },
    );
  });

  describe('What a token may not do', () => {
    it('Is answered alike for a resource that does not exist', async () => {
      const reader = client('somebody else', ['callPurposes.read']);

      expectMissingScope(await reader.patch('/callPurposes/999999', { type: 'callPurpose' }), 'callPurposes.write');
      expectMissingScope(await reader.delete('/callPurposes/999999'), 'callPurposes.delete');
    });

    it('Is refused before the document and the query are looked at', async () => {
      const reader = client('somebody else', ['callPurposes.read']);
      const nobody = client('somebody else', []);

      expectMissingScope(await reader.send('POST', '/callPurposes', { body: '{' }), 'callPurposes.write');
      expectMissingScope(await nobody.get('/callPurposes?nonsense=1'), 'callPurposes.read');
    });

    it('Changes nothing where the policy refuses it', async () => {
      const id = await makePurpose(service, 'carol');
      const row = () => service.sql('select name, version, deleted_at from call_purpose where id = ?', [id]);
      const before = await row();
      const somebody = client('somebody else', ['callPurposes.all']);

      const attributes = { name: unique('stolen') };
      expectError(
        await somebody.patch(`/callPurposes/${id}`, { type: 'callPurpose', id, attributes }),
        403,
        'unauthorizedRequest',
      );
      expectError(await somebody.delete(`/callPurposes/${id}`), 403, 'unauthorizedRequest');
      expect(await row()).toEqual(before);
    });
  });
});
