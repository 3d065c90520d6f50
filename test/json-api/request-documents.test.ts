import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makeCall, makePurpose, unique } from '../helper/fixtures.js';
import { leadsSomewhere } from '../helper/json-pointer.js';

describe('Request documents', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  const rows = () => service.sql('select * from call_purpose order by id');
  const pointers = ({ errors }: Answer): (string | undefined)[] => errors.map(({ source }) => source?.pointer).sort();

  /** Sends a document, whose pointers then have to lead somewhere in it; a refusal must leave the database as it was. */
  async function send(method: 'POST' | 'PATCH', url: string, document: unknown): Promise<Answer> {
    const before = await rows();
    const body = typeof document === 'string' ? document : JSON.stringify(document);
    const answer = await admin.send(method, url, { body });
    for (const pointer of pointers(answer)) {
      if (pointer !== undefined) expect([pointer, leadsSomewhere(JSON.parse(body), pointer)]).toEqual([pointer, true]);
    }
    if (answer.status >= 400) expect(await rows()).toEqual(before);
    return answer;
  }

  const create = (document: unknown): Promise<Answer> => send('POST', '/callPurposes', document);

  const named = () => ({ type: 'callPurpose', attributes: { name: unique('Named') } });

  describe('A document', () => {
    it.each([
      ['is no object', '[]'],
      ['is null', 'null'],
      ['is a text', '"data"'],
      ['is a number', '1'],
      ['has no data', '{}'],
      ['has no data, but errors', '{"errors": []}'],
      ['has only meta', '{"meta": {}}'],
      ['has its data in another case', '{"Data": {"type": "callPurpose"}}'],
      ['has data only in its prototype', '{"__proto__": {"data": {"type": "callPurpose"}}}'],
      ['has null as data', '{"data": null}'],
      ['has an array as data', '{"data": [{"type": "callPurpose", "attributes": {"name": "In a list"}}]}'],
      ['has a text as data', '{"data": "callPurpose"}'],
      ['has a boolean as data', '{"data": true}'],
    ])('Is a bad request when it %s', async (_, body) => {
      expectError(await create(body), 400, 'badRequest');
      expectError(await send('PATCH', '/callPurposes/1', body), 400, 'badRequest');
    });

    it('Has members that no document should have, which are ignored', async () => {
      const data = { ...named(), links: { self: 'x' }, meta: { a: 1 }, lid: 'local', extra: [], href: 1 };
      const answer = await create({ jsonapi: { version: '9' }, data, included: 'x', errors: 7, meta: [], other: null });

      expect(answer.status).toBe(201);
      expect(answer.resource.attributes.name).toBe(data.attributes.name);
      expect(answer.document).not.toHaveProperty('meta');
    });

    it('Has @-Members anywhere, which are ignored', async () => {
      const { attributes, type } = named();
      const data = { type, '@id': 1, attributes: { ...attributes, '@note': 'x' }, relationships: { '@by': {} } };
      const answer = await create({ '@context': 'https://schema.org', data });

      expect(answer.status).toBe(201);
      expect(answer.resource.attributes).not.toHaveProperty('@note');
    });

    it('May begin with white space and may be spread over lines', async () => {
      expect((await create(`\r\n\t ${JSON.stringify({ data: named() }, null, 2)}\n`)).status).toBe(201);
    });
  });

  describe('The type', () => {
    it.each<[string, object]>([
      ['is missing', {}],
      ['is empty', { type: '' }],
      ['is that of another resource', { type: 'call' }],
      ['is the plural', { type: 'callPurposes' }],
      ['is in another case', { type: 'CallPurpose' }],
      ['is null', { type: null }],
      ['is a list', { type: ['callPurpose'] }],
      ['is a number', { type: 7 }],
      ['is a name of JavaScript', { type: '__proto__' }],
    ])('Is a conflict when it %s', async (_, type) => {
      const { attributes } = named();
      const pointer = 'type' in type ? '/data/type' : '/data';
      const made = await create({ data: { ...type, attributes } });
      const changed = await send('PATCH', '/callPurposes/1', { data: { ...type, id: '1', attributes } });

      expect(expectError(made, 409, 'conflict').source).toEqual({ pointer });
      expect(expectError(changed, 409, 'conflict').source).toEqual({ pointer });
    });
  });

  describe('The id', () => {
    it.each(['77', 77, '', false, 'abc', '5f0c8d0e-9d5c-4f9a-8a43-0a8a4c7d1f20', {}])(
      'Must not be made by the client: %j',
      async (id) => {
        const answer = await create({ data: { ...named(), id } });

        expect(answer.status).toBe(403);
        expect(answer.errors).toMatchObject([{ status: '403', source: { pointer: '/data/id' } }]);
      },
    );

    it('Must be there to change a resource', async () => {
      const answer = await send('PATCH', '/callPurposes/1', {
        data: { type: 'callPurpose', attributes: { order: 8 } },
      });

      expect(expectError(answer, 422, 'validationError').source).toEqual({ pointer: '/data' });
    });

    it.each(['2', 2, '', null, '01', 1.5, '1.0', ' 1', -1, true, ['1'], { id: '1' }])(
      'Is a conflict when it is not that of the URL: %j',
      async (id) => {
        const data = { type: 'callPurpose', id, attributes: { order: 8 } };
        const answer = await send('PATCH', '/callPurposes/1', { data });

        expect(expectError(answer, 409, 'conflict').source).toEqual({ pointer: '/data/id' });
      },
    );

    it('May be a text or an integer', async () => {
      const id = await makePurpose(service);
      for (const form of [id, Number(id)]) {
        const answer = await send('PATCH', `/callPurposes/${id}`, { data: { type: 'callPurpose', id: form } });
        expect(answer.status).toBe(200);
        expect(answer.resource.id).toBe(id);
      }
    });

    it('May be a text or an integer in a relationship', async () => {
      const id = await makePurpose(service);
      for (const form of [id, Number(id)]) {
        const relationships = { callPurpose: { data: { type: 'callPurpose', id: form } } };
        const answer = await admin.post('/calls', {
          type: 'call',
          attributes: { direction: 'inbound' },
          relationships,
        });
        expect(answer.status).toBe(201);
        expect(answer.resource.relationships.callPurpose?.data).toEqual({ type: 'callPurpose', id });
      }
    });
  });

  describe('Attributes', () => {
    it.each([null, [], ['name'], 'name', 7, true])('Must be an object, not %j', async (attributes) => {
      const changed = await send('PATCH', '/callPurposes/1', { data: { type: 'callPurpose', id: '1', attributes } });
      const made = await create({ data: { type: 'callPurpose', attributes } });

      expect(expectError(changed, 422, 'validationError').source).toEqual({ pointer: '/data/attributes' });
      expect(made.status).toBe(422);
      expect(pointers(made)).toContain('/data/attributes');
    });

    it.each([
      ['colour', '/data/attributes/colour'],
      ['Name', '/data/attributes/Name'],
      ['nameKey', '/data/attributes/nameKey'],
      ['version', '/data/attributes/version'],
      ['id', '/data/attributes/id'],
      ['type', '/data/attributes/type'],
      ['creator', '/data/attributes/creator'],
      ['deletedAt', '/data/attributes/deletedAt'],
      ['', '/data/attributes/'],
      ['a/b', '/data/attributes/a~1b'],
      ['a~b', '/data/attributes/a~0b'],
      ['~1/~0', '/data/attributes/~01~1~00'],
      ['sp ace "q" \\ é', '/data/attributes/sp ace "q" \\ é'],
      ['constructor', '/data/attributes/constructor'],
      ['toString', '/data/attributes/toString'],
      ['hasOwnProperty', '/data/attributes/hasOwnProperty'],
      ['prototype', '/data/attributes/prototype'],
      ['__proto__', '/data/attributes/__proto__'],
    ])('Must not have what the resource does not have: %j', async (name, pointer) => {
      // Written as JSON, for an object literal would set its prototype.
      const attributes = `{"name": ${JSON.stringify(unique('Named'))}, ${JSON.stringify(name)}: {"order": 1}}`;
      const made = await create(`{"data": {"type": "callPurpose", "attributes": ${attributes}}}`);
      const changed = await send(
        'PATCH',
        '/callPurposes/1',
        `{"data": {"type": "callPurpose", "id": "1", "attributes": ${attributes}}}`,
      );

      expect(expectError(made, 422, 'validationError').source).toEqual({ pointer });
      expect(expectError(changed, 422, 'validationError').source).toEqual({ pointer });
    });

    it.each(['createdAt', 'updatedAt'])('Must not have %s, which is read-only', async (name) => {
      for (const value of ['2020', 7, null]) {
        const data = { type: 'callPurpose', id: '1', attributes: { [name]: value } };
        const answer = await send('PATCH', '/callPurposes/1', { data });
        expect(expectError(answer, 422, 'validationError').source).toEqual({ pointer: `/data/attributes/${name}` });
      }
    });

    it('Must have what is required to make a resource', async () => {
      const without = await create({ data: { type: 'callPurpose' } });
      const empty = await create({ data: { type: 'callPurpose', attributes: {} } });
      const others = await create({ data: { type: 'callPurpose', attributes: { order: 3 } } });

      for (const answer of [without, empty, others]) expectError(answer, 422, 'validationError');
      expect(pointers(without)).toEqual(['/data']);
      expect(pointers(empty)).toEqual(['/data/attributes']);
      expect(pointers(others)).toEqual(['/data/attributes']);
    });

    it('Do not reach the prototype of anything', async () => {
      await create('{"data": {"type": "callPurpose", "__proto__": {"attributes": {"name": "Inherited"}}}}');
      await create('{"__proto__": {"polluted": 1}, "data": {"constructor": {"prototype": {"polluted": 1}}}}');

      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(await service.sql("select id from call_purpose where name = 'Inherited'")).toEqual([]);
    });

    it('May be left out to change nothing', async () => {
      const id = await makePurpose(service);
      const before = (await admin.get(`/callPurposes/${id}`)).resource;
      const answer = await send('PATCH', `/callPurposes/${id}`, { data: { type: 'callPurpose', id } });

      expect(answer.status).toBe(200);
      expect(answer.resource).toEqual(before);
    });
  });

  describe('A call', () => {
    it('Keeps the attributes that a document leaves out', async () => {
      const id = await makeCall(service, 'ada');
      await admin.patch(`/calls/${id}`, { type: 'call', id, attributes: { note: 'First', tags: ['a'] } });
      const { resource } = await admin.patch(`/calls/${id}`, { type: 'call', id, attributes: { from: '+1 555 0100' } });

      expect(resource.attributes).toMatchObject({
        note: 'First',
        tags: ['a'],
        from: '+1 555 0100',
        direction: 'inbound',
      });
    });
  });
});
