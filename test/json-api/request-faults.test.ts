import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Answer, Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makeCall, makePurpose, userId } from '../helper/fixtures.js';
import { leadsSomewhere } from '../helper/json-pointer.js';

describe('Faults of requests', () => {
  let service: Service;
  let admin: Client;

  beforeAll(async () => {
    service = await build();
    admin = service.as('ada', { roles: ['admin'] });
  });
  afterAll(() => service.close());

  /** The pointers of a refusal, in order; each must lead somewhere in the document. */
  function pointersOf({ errors }: Answer, data: unknown): string[] {
    const pointers = errors.map(({ source }) => source?.pointer ?? 'none').sort();
    for (const pointer of pointers) expect([pointer, leadsSomewhere({ data }, pointer)]).toEqual([pointer, true]);
    return pointers;
  }

  const rows = () => service.sql('select * from call order by id');

  describe('Relationships', () => {
    const change = async (relationships: unknown) => {
      const data = { type: 'callPurpose', id: '1', relationships };
      const answer = await admin.patch('/callPurposes/1', data);
      return { answer, pointers: pointersOf(answer, data) };
    };

    it.each([null, [], 'creator', 7])('Must be an object, not %j', async (relationships) => {
      const { answer, pointers } = await change(relationships);

      expectError(answer, 422, 'validationError');
      expect(pointers).toEqual(['/data/relationships']);
    });

    it.each(['owner', 'Creator', 'name', 'user', '__proto__', 'constructor', 'a/b'])(
      'Must not have what the resource does not have: %s',
      async (name) => {
        const { answer, pointers } = await change({ [name]: { data: null } });

        expectError(answer, 422, 'validationError');
        expect(pointers).toEqual([`/data/relationships/${name.replace('/', '~1')}`]);
      },
    );

    it.each(['creator', 'calls'])('Must not have another %s, which is read-only', async (name) => {
      const id = await userId(service, 'ada');
      for (const value of [{ data: { type: 'user', id } }, { data: [] }, null]) {
        const { answer, pointers } = await change({ [name]: value });
        expectError(answer, 422, 'validationError');
        expect(pointers).toEqual([`/data/relationships/${name}`]);
      }
    });

    it('Must not name the user who logs a call', async () => {
      const data = {
        type: 'call',
        attributes: { direction: 'inbound' },
        relationships: { user: { data: { type: 'user', id: await userId(service, 'otto') } } },
      };
      const answer = await admin.post('/calls', data);

      expectError(answer, 422, 'validationError');
      expect(pointersOf(answer, data)).toEqual(['/data/relationships/user']);
    });

    it.each([
      ['null', null],
      ['an identifier without its data', { type: 'callPurpose', id: '1' }],
      ['an empty object', {}],
      ['only links', { links: { related: '/api/v2/callPurposes/1' } }],
      ['a list', { data: [{ type: 'callPurpose', id: '1' }] }],
      ['an empty list', { data: [] }],
      ['only an id', { data: { id: '1' } }],
      ['only a type', { data: { type: 'callPurpose' } }],
      ['another type', { data: { type: 'user', id: '1' } }],
      ['a type of another case', { data: { type: 'callpurpose', id: '1' } }],
      ['a text', { data: '1' }],
      ['a number', { data: 1 }],
      ['an id that is none', { data: { type: 'callPurpose', id: 'abc' } }],
      ['an empty id', { data: { type: 'callPurpose', id: '' } }],
      ['null as id', { data: { type: 'callPurpose', id: null } }],
      ['a list as id', { data: { type: 'callPurpose', id: ['1'] } }],
      ['zero', { data: { type: 'callPurpose', id: 0 } }],
      ['a fraction', { data: { type: 'callPurpose', id: 1.5 } }],
      ['a leading zero', { data: { type: 'callPurpose', id: '01' } }],
      ['too large an integer', { data: { type: 'callPurpose', id: 1e300 } }],
      ['an id beyond 64 bits', { data: { type: 'callPurpose', id: '99999999999999999999' } }],
      ['a purpose that does not exist', { data: { type: 'callPurpose', id: '999999' } }],
      ['a local id', { data: { type: 'callPurpose', lid: 'new' } }],
    ])('Must not have as purpose of a call: %s', async (_, callPurpose) => {
      const before = await rows();
      const data = { type: 'call', attributes: { direction: 'inbound' }, relationships: { callPurpose } };
      const answer = await admin.post('/calls', data);

      expectError(answer, 422, 'validationError');
      expect(pointersOf(answer, data)[0]).toMatch(/^\/data\/relationships\/callPurpose(\/data(\/(id|type))?)?$/);
      expect(await rows()).toEqual(before);
    });

    it('May have members that an identifier should not have, which are ignored', async () => {
      const id = await makePurpose(service);
      const identifier = { type: 'callPurpose', id, meta: {}, attributes: { name: 'Ignored' }, extra: 1 };
      const relationships = { callPurpose: { data: identifier, links: {}, meta: {}, extra: 1 } };
      const { status, resource } = await admin.post('/calls', {
        type: 'call',
        attributes: { direction: 'inbound' },
        relationships,
      });

      expect(status).toBe(201);
      expect(resource.relationships.callPurpose?.data).toEqual({ type: 'callPurpose', id });
    });

    it('May take the purpose of a call away', async () => {
      const id = await makeCall(service, 'ada', await makePurpose(service));
      const { status, resource } = await admin.patch(`/calls/${id}`, {
        type: 'call',
        id,
        relationships: { callPurpose: { data: null } },
      });

      expect(status).toBe(200);
      expect(resource.relationships.callPurpose).toEqual({ data: null });
      expect(await service.sql('select call_purpose_id from call where id = ?', [id])).toEqual([
        { call_purpose_id: null },
      ]);
    });
  });

  describe('Several faults in one document', () => {
    it('Give one error each when a purpose is made', async () => {
      const data = {
        type: 'callPurpose',
        attributes: { name: '', order: 'first', createdAt: '2020-01-01T00:00:00.000Z', colour: 'red' },
        relationships: { creator: { data: { type: 'user', id: '7' } }, owner: { data: null } },
      };
      const answer = await admin.post('/callPurposes', data);

      expect(answer.status).toBe(422);
      expect(answer.errors.map(({ status, code }) => [status, code])).toEqual(
        Array(6).fill(['422', 'validationError']),
      );
      expect(pointersOf(answer, data)).toEqual([
        '/data/attributes/colour',
        '/data/attributes/createdAt',
        '/data/attributes/name',
        '/data/attributes/order',
        '/data/relationships/creator',
        '/data/relationships/owner',
      ]);
    });

    it('Give one error each when a purpose is changed', async () => {
      const data = { type: 'callPurpose', id: '1', attributes: { name: null, order: 1.5, updatedAt: null } };
      const answer = await admin.patch('/callPurposes/1', data);

      expect(answer.status).toBe(422);
      expect(pointersOf(answer, data)).toEqual([
        '/data/attributes/name',
        '/data/attributes/order',
        '/data/attributes/updatedAt',
      ]);
    });

    it('Give one error each when the id is missing too', async () => {
      const data = { type: 'callPurpose', attributes: { order: 'first' } };
      const answer = await admin.patch('/callPurposes/1', data);

      expect(answer.status).toBe(422);
      expect(pointersOf(answer, data)).toEqual(['/data', '/data/attributes/order']);
    });

    it('Give one error each when a required attribute is missing too', async () => {
      const data = { type: 'callPurpose', attributes: { order: null, colour: 1 } };
      const answer = await admin.post('/callPurposes', data);

      expect(pointersOf(answer, data)).toEqual([
        '/data/attributes',
        '/data/attributes/colour',
        '/data/attributes/order',
      ]);
    });

    it('Give one error each when a call is made', async () => {
      const data = {
        type: 'call',
        attributes: { direction: 'sideways', outcome: 'Maybe', tags: 'a', recordingUrl: 'ftp://x', dialedAt: 'noon' },
        relationships: { callPurpose: { data: [] }, user: { data: [] } },
      };
      const answer = await admin.post('/calls', data);

      expect(answer.status).toBe(422);
      expect(pointersOf(answer, data)).toEqual([
        '/data/attributes/dialedAt',
        '/data/attributes/direction',
        '/data/attributes/outcome',
        '/data/attributes/recordingUrl',
        '/data/attributes/tags',
        '/data/relationships/callPurpose',
        '/data/relationships/user',
      ]);
    });
  });
});
