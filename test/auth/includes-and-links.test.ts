import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { makeCall, makePurpose, unique, userId } from '../helper/fixtures.js';
import { expectMissingScope, named, subsetsOf } from '../helper/scopes.js';

describe('Includes and links', () => {
  let service: Service;

  beforeAll(async () => {
    service = await build();
  });
  afterAll(() => service.close());

  const TYPES = { callPurposes: 'callPurpose', calls: 'call' };
  const TABLES = { callPurposes: 'call_purpose', calls: 'call' };
  const ATTRIBUTES = { callPurposes: () => ({ name: unique('made') }), calls: () => ({ direction: 'outbound' }) };

  /** The collections whose scope to read each path to include needs, beside that of the collection itself. */
  const INCLUDES: Record<'callPurposes' | 'calls', Record<string, string[]>> = {
    callPurposes: { creator: ['users'] },
    calls: {
      callPurpose: ['callPurposes'],
      user: ['users'],
      'callPurpose.creator': ['callPurposes', 'users'],
      'callPurpose,user': ['callPurposes', 'users'],
    },
  };
  const INCLUDE_CELLS = (['callPurposes', 'calls'] as const).flatMap((collection) =>
    Object.entries(INCLUDES[collection]).flatMap(([include, needed]) =>
      subsetsOf(['callPurposes.read', 'calls.read', 'users.read'])
        .filter((scopes) => scopes.includes(`${collection}.read`))
        .map((scopes) => ({ collection, include, needed, scopes, words: named(scopes) })),
    ),
  );

  describe.each(INCLUDE_CELLS)(
    'include=$include of $collection, with $words',
    ({ collection, include, needed, scopes }) => {
      it('Shows nothing that a scope is missing for, not even to an administrator', async () => {
        const purpose = await makePurpose(service, 'carol');
        const id = collection === 'calls' ? await makeCall(service, 'carol', purpose) : purpose;
        const missing = needed.filter((one) => !scopes.includes(`${one}.read`));
        const writer = service.as('ada', { roles: ['admin'], scopes: [...scopes, `${collection}.write`] });

        const before = await service.sql(`select id from ${TABLES[collection]}`);
        for (const answer of [
          await writer.get(`/${collection}?filter[id]=${id}&include=${include}`),
          await writer.get(`/${collection}/${id}?include=${include}`),
          await writer.patch(`/${collection}/${id}?include=${include}`, { type: TYPES[collection], id }),
          await writer.post(`/${collection}?include=${include}`, {
            type: TYPES[collection],
            attributes: ATTRIBUTES[collection](),
          }),
        ]) {
          if (missing.length > 0) {
            expectMissingScope(answer, `${missing[0]}.read`);
            expect(answer.document).not.toHaveProperty('included');
          } else expect([200, 201]).toContain(answer.status);
        }
        const after = await service.sql(`select id from ${TABLES[collection]}`);
        expect(after.length - before.length).toBe(missing.length > 0 ? 0 : 1);
      });

      it('Leads, by its links, to what the scopes allow and no further', async () => {
        const purpose = await makePurpose(service, 'carol');
        const id = collection === 'calls' ? await makeCall(service, 'carol', purpose) : purpose;
        const asking = service.as('otto', { scopes });
        const { resource, text } = await asking.get(`/${collection}/${id}`);

        expect(text).not.toContain('carol');
        const owner = resource.relationships[collection === 'calls' ? 'user' : 'creator'];
        expect(owner?.data).toEqual({ type: 'user', id: await userId(service, 'carol') });
        for (const { links } of Object.values(resource.relationships)) {
          if (!links) continue;
          const [, target = ''] = /\/api\/v2\/(\w+)/.exec(links.related) ?? [];
          const answer = await asking.get(links.related);
          if (scopes.includes(`${target}.read`)) expect(answer.status).toBe(200);
          else expectMissingScope(answer, `${target}.read`);
        }
      });
    },
  );
});
