import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import type { Client, Document, ResourceObject } from '../helper/client.js';
import { idsOf } from '../helper/pages.js';
import { expectRefusal } from '../helper/refusals.js';
import { type CallValues, insertCalls, insertPurposes, insertUsers } from '../helper/rows.js';
import { countStatements } from '../helper/statements.js';

describe('include and fields', () => {
  let service: Service;
  let client: Client;
  let users: string[];
  let purposes: string[];
  let calls: string[];

  beforeAll(async () => {
    service = await build();
    client = service.as('ada', { name: 'Ada' });
    users = await insertUsers(service, ['grace', 'linus', 'edsger']);
    purposes = [
      ...(await insertPurposes(service, ['Of Grace', 'Also of Grace'], users[0])),
      ...(await insertPurposes(service, ['Of Linus'], users[1])),
      ...(await insertPurposes(service, ['Ready-made'])),
    ];
    calls = await insertCalls(
      service,
      Array.from({ length: 40 }, (_, n): CallValues => ({
        to: 'shared',
        callPurpose: purposes[n % 5] ?? null,
        user: users[n % 4] ?? null,
      })),
    );
  });
  afterAll(() => service.close());

  const names = (resources: ResourceObject[] = []) => resources.map(({ type, id }) => `${type}/${id}`).sort();

  const sorted = (type: string, ids: string[]) => ids.map((id) => `${type}/${id}`).sort();

  /** Fails unless every included resource is there once and is linked to from primary data or another included one. */
  function expectFullLinkage({ data, included = [] }: Document): void {
    const primary = [data].flat() as ResourceObject[];
    const linked = [...primary, ...included].flatMap(({ relationships }) =>
      Object.values(relationships).flatMap(({ data: linkage }) => (linkage ? [`${linkage.type}/${linkage.id}`] : [])),
    );
    expect(names(included)).toEqual([...new Set(names(included))]);
    expect(linked).toEqual(expect.arrayContaining(names(included)));
    expect(names(included).filter((name) => names(primary).includes(name))).toEqual([]);
  }

  describe('Including', () => {
    it('Gives the creators of purposes, each once', async () => {
      const { document } = await client.get(`/callPurposes?include=creator&filter[id]=${purposes.join(',')}`);
      expect(names(document.included)).toEqual(sorted('user', users.slice(0, 2)));
      expect(document.included?.[0]?.attributes).toMatchObject({ name: 'Somebody' });
      expectFullLinkage(document);
    });

    it('Gives all that calls are related to, and what is between them', async () => {
      const { document } = await client.get('/calls?include=callPurpose,user,callPurpose.creator');
      expect(names(document.included)).toEqual([...sorted('callPurpose', purposes), ...sorted('user', users)].sort());
      expectFullLinkage(document);
    });

    it('Gives the purposes between when only their creators are named', async () => {
      const { document } = await client.get('/calls?include=callPurpose.creator');
      expect(names(document.included)).toEqual(
        [...sorted('callPurpose', purposes), ...sorted('user', users.slice(0, 2))].sort(),
      );
      expectFullLinkage(document);
    });

    it('Also works for one resource, and in the answer to a write', async () => {
      const one = await client.get(`/calls/${calls[0]}?include=callPurpose,user,callPurpose.creator`);
      expect(names(one.document.included)).toEqual([`callPurpose/${purposes[0]}`, `user/${users[0]}`]);
      expectFullLinkage(one.document);

      const data = { type: 'callPurpose', attributes: { name: 'With creator' } };
      const made = await client.post('/callPurposes?include=creator', data);
      expect(made.status).toBe(201);
      expect(made.document.included?.map(({ attributes }) => attributes.name)).toEqual(['Ada']);
      const change = { ...data, id: made.resource.id };
      const changed = await client.patch(`/callPurposes/${made.resource.id}?include=creator`, change);
      expect(changed.document.included).toEqual(made.document.included);
    });

    it('Gives an empty list for an empty include, and when nothing is related', async () => {
      expect((await client.get('/calls?include=')).document.included).toEqual([]);
      expect((await client.get(`/calls/${calls[0]}?include=`)).document.included).toEqual([]);
      expect((await client.get('/calls?include=user&filter[user][id]=__null__')).document.included).toEqual([]);
      expect((await client.get('/users?include=')).document.included).toEqual([]);
      expect((await client.get('/calls')).document).not.toHaveProperty('included');
    });

    it('Leaves out what is not on the page', async () => {
      const { document } = await client.get(`/calls?include=callPurpose,user&filter[id]=${calls[2]}`);
      expect(names(document.included)).toEqual([`callPurpose/${purposes[2]}`, `user/${users[2]}`]);
    });

    it('Shows a purpose that has been deleted since, and that it has', async () => {
      const [gone = ''] = await insertPurposes(service, ['Gone']);
      const [call = ''] = await insertCalls(service, [{ callPurpose: gone }]);
      await service.sql('update call_purpose set deleted_at = now() where id = ?', [gone]);
      const { document, resource } = await client.get(`/calls/${call}?include=callPurpose,callPurpose.creator`);
      expect(resource.relationships.callPurpose?.data).toEqual({ type: 'callPurpose', id: gone });
      expect(document.included).toEqual([
        expect.objectContaining({ id: gone, meta: { deletedAt: expect.any(String) } }),
      ]);
    });

    it('Says on included purposes what the caller may do with them', async () => {
      const query = `include=callPurpose.creator&provideAuthorizationMeta=true&filter[id]=${calls[0]},${calls[2]}`;
      const metaOf = async (as: Client) =>
        Object.fromEntries(
          (await as.get(`/calls?${query}`)).document.included?.map(({ id, meta }) => [id, meta]) ?? [],
        );
      const [grace = '', linus = ''] = [purposes[0], purposes[2]];
      expect(await metaOf(service.as('grace'))).toMatchObject({
        [grace]: { canWrite: true, canDelete: true },
        [linus]: { canWrite: false, canDelete: false },
      });
      expect(await metaOf(service.as('root', { roles: ['admin'] }))).toMatchObject({
        [grace]: { canWrite: true, canDelete: true },
        [linus]: { canWrite: true, canDelete: true },
      });
      const plain = await client.get(`/calls?include=callPurpose&filter[callPurpose][id]=${grace},${linus}`);
      for (const resource of plain.document.included ?? []) expect(resource).not.toHaveProperty('meta');
    });

    it.each([
      ['/calls', 'callpurpose'],
      ['/calls', 'callPurpose,'],
      ['/calls', ',user'],
      ['/calls', ' user'],
      ['/calls', 'callPurpose.calls'],
      ['/calls', 'callPurpose.creator.name'],
      ['/calls', 'callPurpose..creator'],
      ['/calls', '.'],
      ['/calls', 'from'],
      ['/calls', '__proto__'],
      ['/calls', 'constructor'],
      ['/callPurposes', 'calls'],
      ['/callPurposes', 'creator.x'],
      ['/users', 'calls'],
    ])('Cannot follow a path that leads nowhere: %s?include=%s', async (path, include) => {
      expectRefusal(await client.get(`${path}?include=${encodeURIComponent(include)}`), 400, 'include');
    });

    it('Takes as many statements for a long page as for a short one', async () => {
      const include = 'include=callPurpose,user,callPurpose.creator&provideAuthorizationMeta=true';
      const statements = (size: number) =>
        countStatements(service, async () => {
          const { resources } = await client.get(`/calls?${include}&page[size]=${size}&filter[to]=shared`);
          expect(resources).toHaveLength(size);
        });
      const [few, many] = [await statements(5), await statements(39)];
      expect(few).toBeGreaterThan(0);
      expect(many).toBe(few);
      expect(many).toBeLessThanOrEqual(4);
    });
  });

  describe('Sparse fieldsets', () => {
    it('Show only what they name, of attributes and relationships', async () => {
      const { resources, document } = await client.get(
        '/calls?fields[call]=from,user&fields[user]=email&include=user&page[size]=3',
      );
      for (const { attributes, relationships } of resources)
        expect([Object.keys(attributes), Object.keys(relationships)]).toEqual([['from'], ['user']]);
      expect(document.included?.length).toBeGreaterThan(0);
      for (const { attributes } of document.included ?? []) expect(Object.keys(attributes)).toEqual(['email']);
    });

    it('May be empty, and leave the rest of the resource as it is', async () => {
      const stranger = service.as('barbara');
      const { resources } = await stranger.get('/callPurposes?fields[callPurpose]=&provideAuthorizationMeta=true');
      for (const resource of resources) {
        expect({ ...resource.attributes, ...resource.relationships }).toEqual({});
        expect(resource.links.self).toBe(`http://localhost/api/v2/callPurposes/${resource.id}`);
        expect(resource.meta).toEqual({ canWrite: false, canDelete: false });
      }
    });

    it('Do not touch other types, the filters or the sort', async () => {
      const { resources } = await client.get('/callPurposes?fields[user]=&fields[callPurpose]=name&sort=-order');
      const rows = await service.sql<{ name: string }>(
        'select name from call_purpose where deleted_at is null order by "order" desc, id',
      );
      expect(resources.map(({ attributes }) => attributes)).toEqual(rows.map(({ name }) => ({ name })));
    });

    it('Keep included resources although the relationship to them is not shown', async () => {
      const { resources, document } = await client.get('/calls?include=user&fields[call]=from&page[size]=3');
      expect(resources.map(({ relationships }) => relationships)).toEqual([{}, {}, {}]);
      expect(names(document.included)).toEqual(sorted('user', users));
      expect(idsOf({ resources })).toEqual(calls.slice(0, 3));
    });

    it('Work in writes too', async () => {
      const data = { type: 'callPurpose', attributes: { name: 'Sparse' } };
      const made = await client.post('/callPurposes?fields[callPurpose]=order', data);
      expect([made.status, Object.keys(made.resource.attributes), made.resource.relationships]).toEqual([
        201,
        ['order'],
        {},
      ]);
      const changed = await client.patch(`/callPurposes/${made.resource.id}?fields[callPurpose]=name,calls`, {
        ...data,
        id: made.resource.id,
      });
      expect(changed.resource.attributes).toEqual({ name: 'Sparse' });
      expect(Object.keys(changed.resource.relationships)).toEqual(['calls']);
    });

    it.each([
      ['fields[]', 'name'],
      ['fields', 'name'],
      ['fields[callPurpose][name]', ''],
      ['fields[callPurpose][]', 'name'],
    ])('Cannot be of no type: %s=%s', async (name, value) => {
      expectRefusal(await client.get(`/callPurposes?${name}=${value}`), 400, name);
    });
  });
});
