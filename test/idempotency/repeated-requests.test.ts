import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Connections } from '../../src/database/connections.js';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { change, newCall, newPurpose, pathOf } from '../helper/documents.js';
import { unique } from '../helper/fixtures.js';
import { essence, expectKeyRefused, keyed, newKey, purposesNamed, wasReplayed } from '../helper/repeated.js';
import { countStatements, holdUpInserts } from '../helper/statements.js';

describe('Repeated requests', () => {
  let service: Service;
  let ada: Client;

  beforeAll(async () => {
    service = await build();
    ada = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const keptKeys = async (key: string) =>
    (await service.sql('select 1 from idempotency_key where key = ?', [key.replaceAll('"', '')])).length;

  describe('A POST with an Idempotency-Key', () => {
    it('Is done once, and each repetition gets the first answer byte for byte', async () => {
      const [key, name] = [newKey(), unique('Repeated')];
      const first = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const second = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const third = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));

      expect(first.status).toBe(201);
      expect(first.headers.location).toBe(first.resource.links.self);
      expect(first.headers.etag).toMatch(/^"/);
      expect(wasReplayed(first)).toBe(false);
      for (const repeated of [second, third]) {
        expect(essence(repeated)).toEqual(essence(first));
        expect(wasReplayed(repeated)).toBe(true);
        expect(repeated.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
      }
      expect(await purposesNamed(service, name)).toBe(1);
    });

    it('Works for calls, with all that a document can have', async () => {
      const key = newKey();
      const url = '/calls?include=callPurpose,user&fields[callPurpose]=name';
      const call = newCall({ note: 'Grüße, 世界 😀', from: '+44' }, { type: 'callPurpose', id: '1' });
      const first = await ada.post(url, call, keyed(key));
      const second = await ada.post(url, call, keyed(key));

      expect(first.document.included).toHaveLength(2);
      expect(essence(second)).toEqual(essence(first));
      expect(await service.sql('select 1 from call where note = ?', ['Grüße, 世界 😀'])).toHaveLength(1);
    });

    it('Shows what was answered first, whatever became of it', async () => {
      const [key, name] = [newKey(), unique('Renamed')];
      const first = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      await ada.patch(pathOf(first.resource), change(first.resource, { name: unique('Other') }));
      expect(essence(await ada.post('/callPurposes', newPurpose({ name }), keyed(key)))).toEqual(essence(first));

      await ada.delete(pathOf(first.resource));
      expect(essence(await ada.post('/callPurposes', newPurpose({ name }), keyed(key)))).toEqual(essence(first));
      expect(await purposesNamed(service, name)).toBe(0);
    });

    it('Is in every list at once, after its answer', async () => {
      for (let round = 0; round < 5; round++) {
        const name = unique('Listed');
        await ada.get('/callPurposes?page[size]=1000');
        await ada.post('/callPurposes', newPurpose({ name }), keyed(newKey()));
        const { resources } = await ada.get('/callPurposes?page[size]=1000');
        expect(resources.filter(({ attributes }) => attributes.name === name)).toHaveLength(1);
      }
    });

    it('Does not meet those of other users, even with the same key', async () => {
      const [key, name, other] = [newKey(), unique('Of Ada'), unique('Of Bob')];
      const bob = service.as('bob');
      const first = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const foreign = await bob.post('/callPurposes', newPurpose({ name: other }), keyed(key));

      expect(foreign.status).toBe(201);
      expect(foreign.resource.id).not.toBe(first.resource.id);
      expect(essence(await ada.post('/callPurposes', newPurpose({ name }), keyed(key)))).toEqual(essence(first));
    });

    it('Is checked for its token before a kept answer is given', async () => {
      const [key, name] = [newKey(), unique('Guarded')];
      const url = '/callPurposes?include=creator';
      await ada.post(url, newPurpose({ name }), keyed(key));
      const noUsers = service.as('ada', { scopes: ['callPurposes.all'] });
      const readsOnly = service.as('ada', { scopes: ['callPurposes.read', 'users.read'] });

      expect((await noUsers.post(url, newPurpose({ name }), keyed(key))).status).toBe(403);
      expect((await readsOnly.post(url, newPurpose({ name }), keyed(key))).status).toBe(403);
      expect((await service.anonymous.post(url, newPurpose({ name }), keyed(key))).status).toBe(401);
    });

    it.each([
      ['that is no JSON', '/callPurposes', '{', 400],
      ['with faults', '/callPurposes', JSON.stringify({ data: newPurpose({ name: '' }) }), 422],
      [
        'under a query with faults',
        '/callPurposes?include=nobody',
        JSON.stringify({ data: newPurpose({ name: 'Unwritten' }) }),
        400,
      ],
    ])('Asks the database for nothing with a document %s', async (_, url, body, status) => {
      const transaction = jest.spyOn(service.app.get(Connections, { strict: false }), 'transaction');
      const statements = await countStatements(service, async () => {
        const answer = await ada.send('POST', url, { headers: keyed(newKey()), body });
        expect(answer.status).toBe(status);
      });
      expect(statements).toBe(0);
      expect(transaction).not.toHaveBeenCalled();
      transaction.mockRestore();
    });

    it('Keeps no refusal: the key is free for the corrected request', async () => {
      const [key, name] = [newKey(), unique('Corrected')];
      const post = (attributes: object) => ada.post('/callPurposes', newPurpose({ ...attributes }), keyed(key));
      expect((await post({ name: '' })).status).toBe(422);
      expect((await post({ name: 'Demo' })).status).toBe(422);
      expect((await ada.send('POST', '/callPurposes', { headers: keyed(key), body: '{' })).status).toBe(400);
      expect(await keptKeys(key)).toBe(0);

      expect((await post({ name })).status).toBe(201);
      expect(await keptKeys(key)).toBe(1);
      expect((await post({ name: '' })).status).toBe(422);
    });

    it('Writes nothing when the answer can not be kept', async () => {
      const [key, name] = [newKey(), unique('Atomic')];
      await service.sql('alter table idempotency_key add constraint broken check (status < 200) not valid');
      const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
      const failed = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      log.mockRestore();
      await service.sql('alter table idempotency_key drop constraint broken');

      expect(failed.status).toBe(500);
      expect([failed.headers.location, failed.headers.etag]).toEqual([undefined, undefined]);
      expect(await purposesNamed(service, name)).toBe(0);

      const retried = await ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      expect(retried.status).toBe(201);
      expect(wasReplayed(retried)).toBe(false);
    });

    it('Is done once when it comes ten times at the same moment', async () => {
      for (let round = 0; round < 5; round++) {
        const [key, name] = [newKey(), unique('At once')];
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => ada.post('/callPurposes', newPurpose({ name }), keyed(key))),
        );
        const [first, ...others] = answers.filter(({ status }) => status === 201);
        const refused = answers.filter(({ status }) => status !== 201);

        for (const other of others) expect(essence(other)).toEqual(essence(first as Answer));
        for (const answer of refused) {
          expectKeyRefused(answer, 409, 'conflict');
          expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        }
        expect(await purposesNamed(service, name)).toBe(1);
        expect(await ada.post('/callPurposes', newPurpose({ name }), keyed(key)).then(essence)).toEqual(
          essence(first as Answer),
        );
      }
    });

    it('Is refused while the first is still being answered, without waiting for it', async () => {
      const [key, name] = [newKey(), unique('Held up')];
      const post = () => ada.post('/callPurposes', newPurpose({ name }), keyed(key));
      const release = holdUpInserts(service, 'call_purpose');
      const first = post();
      const second = await post();
      release();

      expectKeyRefused(second, 409, 'conflict');
      expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
      expect((await first).status).toBe(201);
      expect(essence(await post())).toEqual(essence(await first));
      expect(await purposesNamed(service, name)).toBe(1);
    });

    it('Leaves the others alone: many keys at the same moment are all done', async () => {
      const names = Array.from({ length: 40 }, () => unique('Crowd'));
      const answers = await Promise.all(
        names.map((name) => ada.post('/callPurposes', newPurpose({ name }), keyed(newKey()))),
      );

      expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
      expect(new Set(answers.map(({ resource }) => resource.attributes.order)).size).toBe(names.length);
    });
  });

  describe('The header', () => {
    it.each([['"good"'], ['not good at all, ""']])('Means nothing to PATCH, DELETE and GET: %s', async (key) => {
      const { resource } = await ada.post('/callPurposes', newPurpose({ name: unique('Ignored') }));
      const [one, two] = [unique('One'), unique('Two')];

      expect((await ada.get(pathOf(resource), keyed(key))).status).toBe(200);
      for (const name of [one, two]) {
        const changed = await ada.patch(pathOf(resource), change(resource, { name }), keyed(key));
        expect(changed.resource.attributes.name).toBe(name);
      }
      expect((await ada.delete(pathOf(resource), keyed(key))).status).toBe(204);
      expect(await keptKeys(key)).toBe(0);
    });

    it('Costs nothing to those who do not send it', async () => {
      const post = () => ada.post('/callPurposes', newPurpose({ name: unique('Plain') }));
      await post();

      expect(await countStatements(service, post)).toBe(1);
    });
  });
});
